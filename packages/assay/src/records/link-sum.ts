import { randomBytes } from 'node:crypto';
import { sha256 } from '../sha256.ts';
import type { LinkRow } from './storage.ts';

/**
 * A sum of links that does not depend on their order: two lists with one sum are one list, so that rows which lie in the order
 * of their targets can be compared with entries which do not. Each link adds 192 bits of a hash with a random key; without the
 * key nobody can make other links add up to the same.
 */
export class LinkSum {
  readonly #input: Buffer;
  readonly #words = new Float64Array(4);
  count = 0;

  /** @param key the same for sums that are to be compared */
  constructor(key: Uint8Array) {
    this.#input = Buffer.alloc(key.length + 32 + 16);
    this.#input.set(key);
  }

  static key(): Uint8Array {
    return randomBytes(32);
  }

  add({ target, type, index }: LinkRow): void {
    const input = this.#input;
    input.fill(0, 32);
    input.set(target.subarray(0, 32), 32);
    input.writeUInt32LE(type >>> 0, 64);
    input.writeDoubleLE(index, 68);
    // A target of another length than 32 is none of ours, and must not count as the one that begins it.
    input.writeUInt32LE(target.length, 76);
    const digest = sha256(input);
    for (let i = 0; i < 4; i++) this.#words[i] = (this.#words[i]! + digest.readUIntLE(6 * i, 6)) % 2 ** 48;
    this.count++;
  }

  equals(other: LinkSum): boolean {
    return this.count === other.count && this.#words.every((word, i) => word === other.#words[i]);
  }
}
