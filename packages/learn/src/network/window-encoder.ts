import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { type Batch, clearGaps } from './batch.ts';
import type { Encoder } from './layer.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import { Scratch } from './scratch.ts';

/**
 * Encode: y[i] = max(0, W · (x[i−r], …, x[i+r]) + b), plus x[i] when residual; each word in its window of 2r + 1
 * (Collobert et al. 2011; Kim 2014). Outside the sequence x is 0.
 */
export class WindowEncoder implements Encoder {
  readonly width: number;
  readonly inputWidth: number;
  readonly radius: number;
  readonly residual: boolean;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #rectified: Scratch;
  readonly #sum: Scratch;
  readonly #inputGradient: Scratch;
  readonly #flipped: Scratch;
  #input: Float32Array | undefined;
  #batch: Batch | undefined;

  constructor(
    backend: Backend,
    options: {
      readonly name: string;
      readonly inputWidth: number;
      readonly width: number;
      readonly radius: number;
      readonly residual: boolean;
    },
  ) {
    const { name, inputWidth, width, radius, residual } = options;
    this.#backend = backend;
    this.width = width;
    this.inputWidth = inputWidth;
    this.radius = radius;
    this.residual = residual;
    this.weight = new Parameter(backend, `${name}.weight`, [(2 * radius + 1) * inputWidth, width]);
    this.bias = new Parameter(backend, `${name}.bias`, [width]);
    this.parameters = [this.weight, this.bias];
    this.#rectified = new Scratch(backend);
    this.#sum = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
    this.#flipped = new Scratch(backend);
  }

  initialise(random: Random): void {
    const [fanIn = 0, fanOut = 0] = this.weight.shape;
    this.weight.fillUniform(random, glorotLimit(fanIn, fanOut));
  }

  /** @param x [rows, inputWidth], 0 between sequences. @returns [rows, width], 0 between sequences. */
  forward(x: Float32Array, batch: Batch): Float32Array {
    const { width, inputWidth, radius } = this;
    this.#input = x;
    this.#batch = batch;
    const y = this.#rectified.take(batch.rows * width);
    const count = batch.rows - 2 * radius;
    const inner = y.subarray(radius * width);
    this.#backend.multiply(x, inputWidth, this.weight.value, inner, count, width, (2 * radius + 1) * inputWidth, false);
    this.#backend.biasRelu(inner, this.bias.value, count, width);
    clearGaps(y, batch, width);
    if (!this.residual) return y;
    const sum = this.#sum.take(batch.rows * width);
    sum.set(x.subarray(0, batch.rows * width));
    this.#backend.addTo(sum, y, batch.rows * width);
    return sum;
  }

  /**
   * @param gradient of the output [rows, width], 0 between sequences; it is changed.
   * @param parameters whether to add to the parameters' gradients too.
   * @returns the gradient of the input [rows, inputWidth], 0 between sequences.
   */
  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { width, inputWidth, radius } = this;
    const batch = this.#batch!;
    const span = 2 * radius + 1;
    const count = batch.rows - 2 * radius;
    const through = this.#inputGradient.take(batch.rows * inputWidth);
    if (this.residual) through.set(gradient.subarray(0, batch.rows * width));
    this.#backend.reluGradient(gradient, this.#rectified.array, batch.rows * width);
    if (parameters) {
      const inner = gradient.subarray(radius * width);
      this.#backend.columnSums(gradient, this.bias.gradient, batch.rows, width);
      this.#backend.multiplyTransposed(
        this.#input!,
        inputWidth,
        inner,
        this.weight.gradient,
        count,
        width,
        span * inputWidth,
      );
    }
    // The gradient of a convolution's input is the convolution of its output's gradient with the flipped filter.
    const weights = this.weight.value;
    const flipped = this.#flipped.take(span * width * inputWidth);
    for (let offset = 0; offset < span; offset++) {
      const from = weights.subarray((span - 1 - offset) * inputWidth * width);
      transpose(from, flipped.subarray(offset * width * inputWidth), inputWidth, width);
    }
    const out = through.subarray(radius * inputWidth);
    this.#backend.multiply(gradient, width, flipped, out, count, inputWidth, span * width, this.residual);
    clearGaps(through, batch, inputWidth);
    return through;
  }
}
