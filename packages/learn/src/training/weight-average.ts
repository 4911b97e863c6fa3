import type { Backend } from '../backend/index.ts';
import type { Parameter } from '../network/index.ts';

/**
 * The exponential moving average of the weights over steps (Polyak and Juditsky 1992, in its exponential form), with
 * the start's bias taken out: the average of the first steps is their plain mean.
 */
export class WeightAverage {
  readonly #backend: Backend;
  readonly #decay: number;
  readonly #pairs: readonly { readonly value: Float32Array; readonly average: Float32Array }[];
  #steps = 0;

  constructor(backend: Backend, parameters: readonly Parameter[], decay: number) {
    this.#backend = backend;
    this.#decay = decay;
    this.#pairs = parameters.map(({ value }) => ({ value, average: backend.floats(value.length) }));
  }

  /** Takes the weights as they are into the average. */
  update(): void {
    this.#steps += 1;
    const share = Math.max(1 - this.#decay, 1 / this.#steps);
    for (const { value, average } of this.#pairs) this.#backend.blend(average, value, share, value.length);
  }

  /** Exchanges the weights and their average; a second call exchanges them back. */
  swap(): void {
    for (const { value, average } of this.#pairs) {
      const kept = value.slice();
      value.set(average);
      average.set(kept);
    }
  }
}
