import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Weighted } from './layer.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import { Scratch } from './scratch.ts';

/** y = x · W + b, row by row. */
export class Linear implements Weighted {
  readonly inputWidth: number;
  readonly width: number;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #output: Scratch;
  readonly #inputGradient: Scratch;
  readonly #transposed: Scratch;
  #input: Float32Array | undefined;
  #rows = 0;

  constructor(backend: Backend, name: string, inputWidth: number, width: number) {
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.width = width;
    this.weight = new Parameter(backend, `${name}.weight`, [inputWidth, width]);
    this.bias = new Parameter(backend, `${name}.bias`, [width]);
    this.parameters = [this.weight, this.bias];
    this.#output = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
    this.#transposed = new Scratch(backend);
  }

  initialise(random: Random): void {
    this.weight.fillUniform(random, glorotLimit(this.inputWidth, this.width));
  }

  forward(x: Float32Array, rows: number): Float32Array {
    const { width, inputWidth } = this;
    this.#input = x;
    this.#rows = rows;
    const y = this.#output.take(rows * width);
    this.#backend.multiply(x, inputWidth, this.weight.value, y, rows, width, inputWidth, false);
    this.#backend.biasAdd(y, this.bias.value, rows, width);
    return y;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { width, inputWidth } = this;
    const rows = this.#rows;
    if (parameters) {
      this.#backend.columnSums(gradient, this.bias.gradient, rows, width);
      const x = this.#input!;
      this.#backend.multiplyTransposed(x, inputWidth, gradient, this.weight.gradient, rows, width, inputWidth);
    }
    const transposed = this.#transposed.take(width * inputWidth);
    transpose(this.weight.value, transposed, inputWidth, width);
    const inputGradient = this.#inputGradient.take(rows * inputWidth);
    this.#backend.multiply(gradient, width, transposed, inputGradient, rows, inputWidth, width, false);
    return inputGradient;
  }
}
