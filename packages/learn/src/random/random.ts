import { LearnError } from '../errors.ts';

const MASK_64 = (1n << 64n) - 1n;

/**
 * A seedable source of randomness: xoshiro128** 1.1 (Blackman and Vigna, 2018), its 128-bit state filled by two
 * outputs of SplitMix64 from the seed. The same seed gives the same numbers on every machine and every version of Node.
 */
export class Random {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  /** @param seed an integer from 0 to 2^53 − 1. Throws `ASSAY_LEARN_SEED_INVALID` otherwise. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new LearnError('ASSAY_LEARN_SEED_INVALID', `A seed must be an integer from 0 to 2^53 − 1, not ${seed}.`, {
        hint: 'Give a whole number such as 1.',
      });
    }
    let state = BigInt(seed);
    const draw = (): bigint => {
      state = (state + 0x9e3779b97f4a7c15n) & MASK_64;
      let z = state;
      z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
      z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
      return z ^ (z >> 31n);
    };
    const first = draw();
    const second = draw();
    this.#s0 = Number(first & 0xffffffffn);
    this.#s1 = Number(first >> 32n);
    this.#s2 = Number(second & 0xffffffffn);
    this.#s3 = Number(second >> 32n);
  }

  /** A source that starts at the given state of four unsigned 32-bit words, as the reference implementation's does. */
  static fromState(s0: number, s1: number, s2: number, s3: number): Random {
    const random = new Random(0);
    random.#s0 = s0 >>> 0;
    random.#s1 = s1 >>> 0;
    random.#s2 = s2 >>> 0;
    random.#s3 = s3 >>> 0;
    return random;
  }

  /** The next unsigned 32-bit integer. */
  uint32(): number {
    const scaled = Math.imul(this.#s1, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const shifted = this.#s1 << 9;
    this.#s2 ^= this.#s0;
    this.#s3 ^= this.#s1;
    this.#s1 ^= this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= shifted;
    this.#s3 = (this.#s3 << 11) | (this.#s3 >>> 21);
    return result;
  }

  /** A number in [0, 1) with 32 random bits. */
  next(): number {
    return this.uint32() / 4294967296;
  }

  /** An integer in [0, bound), without bias (Lemire's rejection, in its simple form). `bound` is at most 2^32. */
  integer(bound: number): number {
    const limit = 4294967296 - (4294967296 % bound);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % bound;
  }

  /** A standard normal number (Box–Muller; the second of the pair is not kept, so that draws stay countable). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }

  /** An independent source for one purpose, so that a new use of randomness in one place leaves the others' as they were. */
  fork(): Random {
    return Random.fromState(this.uint32(), this.uint32(), this.uint32(), this.uint32() | 1);
  }
}
