import { sha256 } from '@noble/hashes/sha2.js';
import { concat, toBase64, toHex, utf8 } from './bytes.ts';

/** Apart from what verifies: loading a curve takes as long as half of a command. */
export const ED25519 = 1;

export function keyIdOf(name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4);
}

/** `name+hex(key id)+base64(0x01 ‖ public key)` */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  return `${name}+${toHex(keyIdOf(name, publicKey))}+${toBase64(concat(Uint8Array.of(ED25519), publicKey))}`;
}
