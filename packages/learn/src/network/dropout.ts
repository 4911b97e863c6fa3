import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { Scratch } from './scratch.ts';

/** Inverted dropout (Srivastava et al. 2014): values are zeroed with probability `rate`, the others scaled by 1 / (1 − rate). */
export class Dropout {
  readonly #mask: Scratch;
  #active = false;

  constructor(backend: Backend) {
    this.#mask = new Scratch(backend);
  }

  /** Applies in place, or does nothing without a source of randomness. */
  forward(x: Float32Array, length: number, rate: number, random: Random | undefined): void {
    this.#active = random !== undefined && rate > 0;
    if (random === undefined || !this.#active) return;
    const mask = this.#mask.take(length);
    const kept = 1 / (1 - rate);
    const threshold = rate * 4294967296;
    for (let i = 0; i < length; i++) {
      const factor = random.uint32() < threshold ? 0 : kept;
      mask[i] = factor;
      x[i]! *= factor;
    }
  }

  /** Takes the gradient of the output to that of the input, in place. */
  backward(gradient: Float32Array, length: number): void {
    if (!this.#active) return;
    const mask = this.#mask.array;
    for (let i = 0; i < length; i++) gradient[i]! *= mask[i]!;
  }
}
