import { concat, toBase64, toHex, utf8 } from './bytes.ts';

/** Whole messages to 32 bytes. Given by the caller: loading a portable one, or a curve, takes as long as half of a command. */
type Sha256 = (message: Uint8Array) => Uint8Array;

/** The kind of key, as C2SP's signed-note numbers them. */
export const ED25519 = 1;

/** The four bytes by which signatures name their key. */
export function keyId(name: string, publicKey: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4);
}

/** `name+hex(key id)+base64(0x01 ‖ public key)` */
export function writeVkey(name: string, publicKey: Uint8Array, sha256: Sha256): string {
  const id = toHex(keyId(name, publicKey, sha256));
  return `${name}+${id}+${toBase64(concat(Uint8Array.of(ED25519), publicKey))}`;
}
