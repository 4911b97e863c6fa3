import { type KeyObject, sign } from 'node:crypto';
import { AssayError } from '../errors.ts';
import { nodeEd25519 } from './hashing.ts';
import {
  type Checkpoint,
  equalBytes,
  formatCheckpoint,
  formatSignature,
  type NoteSignature,
  parseVkey,
  toHex,
  type Verifier,
} from './proof/index.ts';

/** Signs a ledger's checkpoints. Its name is the ledger's origin. */
export interface Signer {
  readonly name: string;
  /** The key that verifies its signatures, in C2SP form. */
  readonly vkey: string;
  /** The Ed25519 signature (64 bytes) over a message. */
  sign(message: Uint8Array): Uint8Array;
  /** The key that the ledger is handed over to by what is sealed now, and which signs its checkpoint as well. */
  readonly successor?: Signer;
}

/** A key that a ledger had before, and the size of the last checkpoint that it may have signed. */
export interface EarlierKey {
  readonly vkey: string;
  readonly until: number;
}

/** A signer that has its private key at hand. */
export function ed25519Signer(key: {
  readonly name: string;
  readonly vkey: string;
  readonly privateKey: KeyObject;
}): Signer {
  return { name: key.name, vkey: key.vkey, sign: (message) => sign(null, message, key.privateKey) };
}

/**
 * A checkpoint as a C2SP signed note, verified before anything is built on it.
 * @throws AssayError `ASSAY_KEY_MISMATCH` when the key that signed is not the one of `verifier`, the ledger's own
 */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer, verifier: Verifier): string {
  const text = formatCheckpoint(checkpoint);
  const note = `${text}\n${signatureLine(text, signer, verifier)}`;
  const { successor } = signer;
  return successor ? note + signatureLine(text, successor, parseVkey(successor.vkey, nodeEd25519)) : note;
}

/**
 * A signature over a text, verified, as the line of a note.
 * @throws AssayError `ASSAY_KEY_MISMATCH` when the key that signed is not the verifier's
 */
export function signatureLine(text: string, signer: Signer, verifier: Verifier): string {
  const message = Buffer.from(text);
  const signature = signer.sign(message);
  if (!verifier.verify(message, signature)) {
    throw new AssayError('ASSAY_KEY_MISMATCH', `what signs here has not the private key of ${signer.vkey}`, {
      hint: 'Nothing was added. Bring back that key, or name what has it: ASSAY_KEY_FILE or ASSAY_SIGNER.',
    });
  }
  return formatSignature(verifier.name, verifier.keyId, signature);
}

/**
 * Refuses to go on with a ledger whose newest checkpoint names another key as the present one. Of a ledger's own signatures on a
 * note the last is the present key's: a hand-over is signed by both keys, the old one first.
 * @throws AssayError `ASSAY_KEY_NOT_PRESENT`
 */
export function checkIsPresent({ name, keyId }: Verifier, signatures: readonly NoteSignature[]): void {
  const present = signatures.findLast((signature) => signature.name === name);
  if (present === undefined || equalBytes(present.keyId, keyId)) return;
  throw new AssayError(
    'ASSAY_KEY_NOT_PRESENT',
    `the ledger ${name} is signed by the key ${toHex(present.keyId)} now, and this process would sign by ${toHex(keyId)}`,
    {
      hint: 'Nothing was added. If the key was rotated, run `assay ledger key rotate --finish`, and start again what runs long.',
    },
  );
}

/**
 * The keys whose checkpoints of a ledger count: its own, earlier ones up to where they were handed over, and of the trusted ones
 * those of the same name.
 */
export function ledgerVerifiers(
  vkey: string,
  trusted: readonly string[] = [],
  earlier: readonly EarlierKey[] = [],
): readonly Verifier[] {
  const own = parseVkey(vkey, nodeEd25519);
  const limited = earlier.map((key): Verifier => {
    return { ...parseVkey(key.vkey, nodeEd25519), limit: { size: key.until, why: 'handed over' } };
  });
  const others = trusted
    .filter((other) => other !== vkey && !earlier.some((key) => key.vkey === other))
    .map((other) => parseVkey(other, nodeEd25519))
    .filter(({ name }) => name === own.name);
  return [own, ...limited, ...others];
}
