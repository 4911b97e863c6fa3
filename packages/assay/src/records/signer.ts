import { type KeyObject, sign } from 'node:crypto';
import { AssayError } from '../errors.ts';
import { nodeEd25519 } from './hashing.ts';
import { type Checkpoint, formatCheckpoint, formatSignature, parseVkey, type Verifier } from './proof/index.ts';

/** Signs a ledger's checkpoints. Its name is the ledger's origin. */
export interface Signer {
  readonly name: string;
  /** The key that verifies its signatures, in C2SP form. */
  readonly vkey: string;
  /** The Ed25519 signature (64 bytes) over a message. */
  sign(message: Uint8Array): Uint8Array;
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
  const text = Buffer.from(formatCheckpoint(checkpoint));
  const signature = signer.sign(text);
  if (!verifier.verify(text, signature)) {
    throw new AssayError('ASSAY_KEY_MISMATCH', `the private key at hand is not the one of the ledger ${signer.name}`, {
      hint: 'Nothing was added. Bring back the key that this ledger was begun with; another one cannot go on with it.',
    });
  }
  return `${text.toString()}\n${formatSignature(verifier.name, verifier.keyId, signature)}`;
}

/** The keys whose checkpoints of a ledger count: its own, and of the trusted ones those of the same name. */
export function ledgerVerifiers(vkey: string, trusted: readonly string[] = []): readonly Verifier[] {
  const own = parseVkey(vkey, nodeEd25519);
  return [own, ...trusted.map((other) => parseVkey(other, nodeEd25519)).filter(({ name }) => name === own.name)];
}
