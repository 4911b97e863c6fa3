import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { AssayError } from '../../errors.ts';
import { concat, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
import { ED25519, keyId, writeVkey } from './vkey.ts';

/** Makes what checks a signature (64 bytes) by one public key (32 bytes), as RFC 8032 says. */
export type Ed25519 = (publicKey: Uint8Array) => (message: Uint8Array, signature: Uint8Array) => boolean;

/** Runs anywhere; a server passes a quicker one. Strict as Go and OpenSSL are, not the laxer ZIP 215. */
export const portableEd25519: Ed25519 = (publicKey) => (message, signature) =>
  ed25519.verify(signature, message, publicKey, { zip215: false });

/** A key that verifies signed notes (https://c2sp.org/signed-note), Ed25519. */
export interface Verifier {
  readonly name: string;
  /** The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
  readonly keyId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
  /** Of a ledger's earlier key: the size of the largest checkpoint for which its signature counts. */
  readonly limit?: { readonly size: number; readonly why: 'handed over' | 'revoked' };
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** With its final newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const MOST_SIGNATURES = 100;
const SIGNATURE_LINE = /^— ([^ ]+) ([^ ]+)$/;

/** The four bytes by which signatures name their key. */
export function keyIdOf(name: string, publicKey: Uint8Array): Uint8Array {
  return keyId(name, publicKey, sha256);
}

/** `name+hex(key id)+base64(0x01 ‖ public key)` */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  return writeVkey(name, publicKey, sha256);
}

/** @throws AssayError `ASSAY_VKEY_INVALID` */
export function parseVkey(vkey: string, scheme: Ed25519 = portableEd25519): Verifier {
  const [name, id, key, ...rest] = splitVkey(vkey);
  const invalid = (problem: string) =>
    new AssayError('ASSAY_VKEY_INVALID', `${JSON.stringify(vkey)} is not a verifier key: ${problem}`, {
      hint: 'A verifier key reads NAME+HASH+KEY, as in `.assay/vkey` and in assay.yaml.',
    });
  if (name === undefined || id === undefined || key === undefined || rest.length > 0)
    throw invalid('it has not three parts');
  if (!isKeyName(name)) throw invalid('its name is empty or has a space');
  const keyId = fromHex(id);
  if (keyId?.length !== 4) throw invalid('its hash is not 8 lower-case hex digits');
  const material = fromBase64(key);
  if (material === undefined) throw invalid('its key is not base64');
  if (material[0] !== ED25519 || material.length !== 33) throw invalid('its key is not an Ed25519 key');
  const publicKey = material.slice(1);
  if (!equalBytes(keyIdOf(name, publicKey), keyId)) throw invalid('its hash does not belong to its name and key');
  return { name, keyId, publicKey, verify: scheme(publicKey) };
}

/** What a signature line adds to a note. */
export function formatSignature(name: string, keyId: Uint8Array, signature: Uint8Array): string {
  return `— ${name} ${toBase64(concat(keyId, signature))}\n`;
}

/**
 * Takes a signed note apart without verifying it.
 * @throws AssayError `ASSAY_NOTE_MALFORMED`
 */
export function parseNote(note: string): SignedNote {
  const malformed = (problem: string) => new AssayError('ASSAY_NOTE_MALFORMED', `the signed note ${problem}`);
  if (!note.isWellFormed()) throw malformed('is not valid Unicode');
  for (let i = 0; i < note.length; i++) {
    const unit = note.charCodeAt(i);
    if (unit < 0x20 && unit !== 0x0a)
      throw malformed(`has a control character (0x${unit.toString(16).padStart(2, '0')})`);
  }
  const gap = note.lastIndexOf('\n\n');
  if (gap < 0) throw malformed('has no blank line before its signatures');
  const block = note.slice(gap + 2);
  if (!block.endsWith('\n')) throw malformed(block === '' ? 'has no signature' : 'does not end with a newline');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw malformed(`has more than ${MOST_SIGNATURES} signatures`);
  const signatures = lines.map((line): NoteSignature => {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    if (name === undefined || encoded === undefined) throw malformed('has a line that is no signature');
    if (!isKeyName(name)) throw malformed('has a signature with an impossible name');
    const blob = fromBase64(encoded);
    if (blob === undefined || blob.length < 5) throw malformed('has a signature that is not canonical base64');
    return { name, keyId: blob.slice(0, 4), signature: blob.slice(4) };
  });
  return { text: note.slice(0, gap + 1), signatures };
}

/**
 * Verifies a signed note: signatures of unknown keys are ignored, one of a known key that fails rejects the note, and at
 * least one known key must have signed.
 *
 * @returns the keys that signed
 * @throws AssayError `ASSAY_NOTE_MALFORMED`, `ASSAY_NOTE_SIGNATURE` (a known key's fails), `ASSAY_NOTE_UNSIGNED` (no known key).
 */
export function verifyNote(note: SignedNote, verifiers: readonly Verifier[]): readonly Verifier[] {
  const signed = new Set<Verifier>();
  const message = utf8(note.text);
  for (const { name, keyId, signature } of note.signatures) {
    const known = verifiers.filter((verifier) => verifier.name === name && equalBytes(verifier.keyId, keyId));
    if (known.length === 0) continue;
    // Two known keys with one name and one key id cannot be told apart: the signature must be one of theirs.
    const signer = known.find((verifier) => isSignature(verifier, message, signature));
    if (signer === undefined) {
      throw new AssayError('ASSAY_NOTE_SIGNATURE', `the signature of ${name}+${toHex(keyId)} does not fit the note`);
    }
    signed.add(signer);
  }
  if (signed.size === 0) {
    throw new AssayError(
      'ASSAY_NOTE_UNSIGNED',
      `no known key has signed the note (signed by ${note.signatures.map((s) => `${s.name}+${toHex(s.keyId)}`).join(', ')})`,
    );
  }
  return [...signed];
}

function isSignature(verifier: Verifier, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  try {
    return verifier.verify(message, signature);
  } catch {
    // A point that is none.
    return false;
  }
}

export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\u0085]/u.test(name);
}

/** A base64 key may itself contain `+`: only the first two separate. */
export function splitVkey(vkey: string): readonly string[] {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  if (first < 0 || second < 0) return [vkey];
  return [vkey.slice(0, first), vkey.slice(first + 1, second), vkey.slice(second + 1)];
}
