import { sha256 } from '@noble/hashes/sha2.js';
import { AssayError } from '../../errors.ts';
import { concat, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { type Ed25519, formatSignature, isKeyName, portableEd25519, splitVkey, type Verifier } from './note.ts';

/** The kind of key of an Ed25519 cosignature, as C2SP's signed-note numbers them. */
const COSIGNATURE = 4;

/** A witness's key: https://c2sp.org/tlog-cosignature, version 1. */
export interface WitnessKey {
  readonly name: string;
  /** The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ public key). */
  readonly keyId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly verify: Verifier['verify'];
}

export interface Cosignature {
  readonly witness: WitnessKey;
  /** Seconds since 1970, as the witness claims. */
  readonly time: number;
}

/** Which witnesses count, and how many of them must have cosigned. */
export interface WitnessPolicy {
  readonly quorum: number;
  readonly witnesses: readonly WitnessKey[];
}

/** `name+hex(key id)+base64(0x04 ‖ public key)` */
export function formatWitnessVkey(name: string, publicKey: Uint8Array): string {
  return `${name}+${toHex(keyIdOf(name, publicKey))}+${toBase64(concat(Uint8Array.of(COSIGNATURE), publicKey))}`;
}

/** @throws AssayError `ASSAY_VKEY_INVALID` */
export function parseWitnessVkey(vkey: string, scheme: Ed25519 = portableEd25519): WitnessKey {
  const [name, id, key] = splitVkey(vkey);
  const material = key === undefined ? undefined : fromBase64(key);
  if (name === undefined || id === undefined || !isKeyName(name) || material?.length !== 33) throw invalid(vkey);
  const publicKey = material.slice(1);
  const keyId = fromHex(id);
  if (material[0] !== COSIGNATURE || !keyId || !equalBytes(keyIdOf(name, publicKey), keyId)) throw invalid(vkey);
  return { name, keyId, publicKey, verify: scheme(publicKey) };
}

/** What a witness signs at a time, in seconds: of a note its text, with the final newline. */
export function cosignedMessage(time: number, text: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/** The line that a witness adds to a note. */
export function formatCosignature(
  key: Pick<WitnessKey, 'name' | 'keyId'>,
  time: number,
  signature: Uint8Array,
): string {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return formatSignature(key.name, key.keyId, concat(stamp, signature));
}

/**
 * The cosignatures of known witnesses on a checkpoint, one for each witness.
 * @throws AssayError `ASSAY_COSIGNATURE_INVALID` when one in the name of a known key does not fit, and those of `parseCheckpoint`
 */
export function cosignaturesOf(note: string, witnesses: readonly WitnessKey[]): readonly Cosignature[] {
  const { note: signed } = parseCheckpoint(note);
  const found = new Map<string, Cosignature>();
  for (const { name, keyId, signature } of signed.signatures) {
    const witness = witnesses.find((known) => known.name === name && equalBytes(known.keyId, keyId));
    if (!witness) continue;
    const time = signature.length === 72 ? new DataView(signature.slice(0, 8).buffer).getBigUint64(0) : 0n;
    const fits =
      time > 0n &&
      time <= BigInt(Number.MAX_SAFE_INTEGER) &&
      witness.verify(cosignedMessage(Number(time), signed.text), signature.slice(8));
    if (!fits) {
      throw new AssayError('ASSAY_COSIGNATURE_INVALID', `the cosignature of ${name} does not fit the checkpoint`, {
        hint: 'It was changed, or is of another checkpoint. Get the cosigned checkpoint again.',
      });
    }
    // One key under two names is one witness.
    found.set(toHex(witness.publicKey), { witness, time: Number(time) });
  }
  return [...found.values()];
}

/**
 * Verifies a checkpoint by the log's key, and that enough witnesses have cosigned it.
 * @throws AssayError `ASSAY_WITNESS_QUORUM`, `ASSAY_COSIGNATURE_INVALID`, and those of `verifyCheckpoint`
 */
export function verifyCosigned(
  note: string,
  verifiers: readonly Verifier[],
  policy: WitnessPolicy,
): Checkpoint & { readonly cosignatures: readonly Cosignature[] } {
  const checkpoint = verifyCheckpoint(note, verifiers);
  const cosignatures = cosignaturesOf(note, policy.witnesses);
  if (cosignatures.length < policy.quorum) {
    const names = cosignatures.map(({ witness }) => witness.name).join(', ');
    throw new AssayError(
      'ASSAY_WITNESS_QUORUM',
      `${cosignatures.length} of ${policy.witnesses.length} witnesses have cosigned the checkpoint of ${checkpoint.size} records${names && ` (${names})`}, and ${policy.quorum} must have`,
      { hint: 'Ask them: `assay ledger cosign`; then make the receipt again.' },
    );
  }
  return { ...checkpoint, cosignatures };
}

/**
 * A policy of verifier keys; each witness counts once.
 * @throws AssayError `ASSAY_WITNESS_POLICY`, `ASSAY_VKEY_INVALID`
 */
export function witnessPolicy(
  vkeys: readonly string[],
  quorum: number,
  scheme: Ed25519 = portableEd25519,
): WitnessPolicy {
  const witnesses = vkeys.map((vkey) => parseWitnessVkey(vkey, scheme));
  const different = new Set(witnesses.map(({ publicKey }) => toHex(publicKey)));
  if (different.size !== witnesses.length) throw badPolicy('names one key twice');
  if (!Number.isSafeInteger(quorum) || quorum < 1 || quorum > witnesses.length) {
    throw badPolicy(`asks for ${quorum} of ${witnesses.length} witnesses`);
  }
  return { quorum, witnesses };
}

function badPolicy(problem: string): AssayError {
  return new AssayError('ASSAY_WITNESS_POLICY', `the policy of witnesses ${problem}`, {
    hint: 'The quorum is from 1 to the number of witnesses, each with a key of its own.',
  });
}

function keyIdOf(name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(COSIGNATURE), publicKey)).slice(0, 4);
}

function invalid(vkey: string): AssayError {
  return new AssayError('ASSAY_VKEY_INVALID', `${JSON.stringify(vkey)} is not a witness's verifier key`, {
    hint: 'It reads NAME+HASH+KEY, of kind 04: see `assay witness key`. A ledger’s own key is of another kind.',
  });
}
