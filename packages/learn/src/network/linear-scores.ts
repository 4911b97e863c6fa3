import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { Dropout } from './dropout.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import { Scratch } from './scratch.ts';

/** Scores = W · x, with dropout of x in training: what every way to predict begins with. */
export class LinearScores {
  readonly inputWidth: number;
  readonly units: number;
  readonly weight: Parameter;
  readonly #backend: Backend;
  readonly #dropout: Dropout;
  readonly #input: Scratch;
  readonly #scores: Scratch;
  readonly #gradient: Scratch;
  readonly #inputGradient: Scratch;
  readonly #transposed: Scratch;
  #size = 0;

  constructor(backend: Backend, inputWidth: number, units: number) {
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.units = units;
    this.weight = new Parameter(backend, 'predict.weight', [inputWidth, units]);
    this.#dropout = new Dropout(backend);
    this.#input = new Scratch(backend);
    this.#scores = new Scratch(backend);
    this.#gradient = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
    this.#transposed = new Scratch(backend);
  }

  initialise(random: Random): void {
    this.weight.fillUniform(random, glorotLimit(this.inputWidth, this.units));
  }

  /** @param x [size, inputWidth]. @returns scores [size, units], which may be changed. */
  forward(x: Float32Array, size: number, dropout: number, random: Random | undefined): Float32Array {
    const { inputWidth, units } = this;
    this.#size = size;
    const input = this.#input.take(size * inputWidth);
    input.set(x.subarray(0, size * inputWidth));
    this.#dropout.forward(input, size * inputWidth, dropout, random);
    const scores = this.#scores.take(size * units);
    this.#backend.multiply(input, inputWidth, this.weight.value, scores, size, units, inputWidth, false);
    return scores;
  }

  /** Room for the gradient of the scores [size, units], from which {@link backward} starts. */
  gradient(): Float32Array {
    return this.#gradient.take(this.#size * this.units);
  }

  /** @returns the gradient of the input [size, inputWidth]. */
  backward(parameters: boolean): Float32Array {
    const { inputWidth, units } = this;
    const size = this.#size;
    const gradient = this.#gradient.array;
    if (parameters) {
      const input = this.#input.array;
      this.#backend.multiplyTransposed(input, inputWidth, gradient, this.weight.gradient, size, units, inputWidth);
    }
    const transposed = this.#transposed.take(inputWidth * units);
    transpose(this.weight.value, transposed, inputWidth, units);
    const through = this.#inputGradient.take(size * inputWidth);
    this.#backend.multiply(gradient, units, transposed, through, size, inputWidth, units, false);
    this.#dropout.backward(through, size * inputWidth);
    return through;
  }
}
