import type { Backend } from '../backend/index.ts';

/**
 * An array that grows to what was last asked of it. The backend never frees, so it grows by half at least: all that was
 * outgrown together stays below three times the last.
 */
export class Scratch {
  readonly #backend: Backend;
  #array: Float32Array;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#array = backend.floats(0);
  }

  /** An array of at least this length; its content is what was left there, or 0. */
  take(length: number): Float32Array {
    if (this.#array.length < length) {
      this.#array = this.#backend.floats(Math.max(length, Math.ceil(this.#array.length * 1.5)));
    }
    return this.#array;
  }

  get array(): Float32Array {
    return this.#array;
  }
}
