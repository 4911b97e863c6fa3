import type { AdamStep, Backend } from '../backend/index.ts';
import type { Parameter } from '../network/index.ts';

export interface AdamOptions {
  readonly learningRate: number;
  /** The share of a weight that is taken away in each step, times the learning rate; not of biases. */
  readonly weightDecay: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Adam with decoupled weight decay. Of sparse parameters only the rows with a gradient move and decay (LazyAdam): the
 * others keep their running means as they were.
 */
export class AdamOptimizer {
  readonly #backend: Backend;
  readonly #options: AdamOptions;
  readonly #states: readonly { parameter: Parameter; mean: Float32Array; square: Float32Array }[];
  #rows: Int32Array;
  #steps = 0;

  constructor(backend: Backend, parameters: readonly Parameter[], options: AdamOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#rows = backend.integers(0);
    this.#states = parameters.map((parameter) => ({
      parameter,
      mean: backend.floats(parameter.value.length),
      square: backend.floats(parameter.value.length),
    }));
  }

  /** Moves every weight by its gradient, which is zeroed. `scale` multiplies the learning rate. */
  step(scale = 1): void {
    this.#steps += 1;
    const rate = this.#options.learningRate * scale;
    const correction = Math.sqrt(1 - BETA2 ** this.#steps) / (1 - BETA1 ** this.#steps);
    for (const { parameter, mean, square } of this.#states) {
      const { value, gradient, touched } = parameter;
      const step: AdamStep = {
        rate: rate * correction,
        beta1: BETA1,
        beta2: BETA2,
        epsilon: EPSILON * Math.sqrt(1 - BETA2 ** this.#steps),
        decay: parameter.decays ? rate * this.#options.weightDecay : 0,
      };
      if (touched === undefined) {
        this.#backend.adam({ value, gradient, mean, square }, value.length, step);
        continue;
      }
      const width = parameter.shape[1] ?? 1;
      if (this.#rows.length < touched.size) this.#rows = this.#backend.integers(touched.size * 2);
      const rows = this.#rows;
      let count = 0;
      for (const row of touched) rows[count++] = row;
      this.#backend.adamRows({ value, gradient, mean, square }, rows, count, width, step);
      touched.clear();
    }
  }
}
