import { sha256Into } from './sha256.ts';

const SLOTS = 1024;
/** Longer inputs are hashed each time. */
const LONGEST = 123;
const SLOT_SIZE = 160;
const DIGEST = 128;

/**
 * The last hashes of short inputs, at a place that follows from the input's bytes, each beside the whole input: what is taken
 * from here was hashed from the same bytes. A journal repeats itself: ids of strands, tables and transactions, and times,
 * stand in each revision of a block.
 */
export class KnownHashes {
  readonly #slots = Buffer.alloc(SLOTS * SLOT_SIZE);
  /** 0: nothing is there. */
  readonly #lengths = new Uint8Array(SLOTS);

  /** Replaces the bytes from `start` to `end` by their SHA-256: 32 bytes, from `start` on. */
  replace(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > LONGEST || length === 0) {
      sha256Into(bytes, start, end, bytes, start);
      return;
    }
    let mixed = length;
    for (let i = start; i < end; i++) mixed = Math.imul(mixed ^ bytes[i]!, 0x01000193);
    const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    const slots = this.#slots;
    const at = slot * SLOT_SIZE;
    if (this.#lengths[slot] === length) {
      let i = 0;
      while (i < length && slots[at + i] === bytes[start + i]) i++;
      if (i === length) {
        for (let k = 0; k < 32; k++) bytes[start + k] = slots[at + DIGEST + k]!;
        return;
      }
    }
    for (let i = 0; i < length; i++) slots[at + i] = bytes[start + i]!;
    sha256Into(bytes, start, end, bytes, start);
    for (let k = 0; k < 32; k++) slots[at + DIGEST + k] = bytes[start + k]!;
    this.#lengths[slot] = length;
  }
}
