import { hash } from 'node:crypto';

/**
 * SHA-256 by OpenSSL. Node makes a buffer of its own outside of the heap for each digest that it is asked for as bytes, which
 * costs three times what hashing a short input does; as a text, read back into a shared buffer, it costs little.
 */
export function sha256(input: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1');
}
