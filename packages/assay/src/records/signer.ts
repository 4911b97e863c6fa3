import { type KeyObject, sign } from 'node:crypto';
import { type Checkpoint, formatCheckpoint, formatSignature, parseVkey } from './proof/index.ts';

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

/** A checkpoint as a C2SP signed note. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  const text = formatCheckpoint(checkpoint);
  const { name, keyId } = parseVkey(signer.vkey);
  return `${text}\n${formatSignature(name, keyId, signer.sign(Buffer.from(text)))}`;
}
