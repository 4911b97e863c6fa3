import type { AttentionGradients, AttentionTensors, Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { type Batch, clearGaps } from './batch.ts';
import type { Pooling } from './layer.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import { Scratch } from './scratch.ts';

/**
 * Attend: each row is scored by u · tanh(W · y + b), the scores' softmax over the sequence weighs the rows, and their
 * weighted sum stands for the sequence (additive attention with a context vector u; Yang et al. 2016).
 */
export class AdditiveAttention implements Pooling {
  readonly width: number;
  readonly inputWidth: number;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly context: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #keys: Scratch;
  readonly #weights: Scratch;
  readonly #pooled: Scratch;
  readonly #keysGradient: Scratch;
  readonly #valuesGradient: Scratch;
  readonly #transposed: Scratch;
  #tensors: AttentionTensors | undefined;
  #batch: Batch | undefined;

  constructor(backend: Backend, inputWidth: number, width: number) {
    this.#backend = backend;
    this.width = width;
    this.inputWidth = inputWidth;
    this.weight = new Parameter(backend, 'attend.weight', [inputWidth, width]);
    this.bias = new Parameter(backend, 'attend.bias', [width]);
    this.context = new Parameter(backend, 'attend.context', [width]);
    this.parameters = [this.weight, this.bias, this.context];
    this.#keys = new Scratch(backend);
    this.#weights = new Scratch(backend);
    this.#pooled = new Scratch(backend);
    this.#keysGradient = new Scratch(backend);
    this.#valuesGradient = new Scratch(backend);
    this.#transposed = new Scratch(backend);
  }

  get outputWidth(): number {
    return this.inputWidth;
  }

  initialise(random: Random): void {
    this.weight.fillUniform(random, glorotLimit(this.inputWidth, this.width));
    this.context.fillUniform(random, glorotLimit(this.width, 1));
  }

  /** The last batch's weights, one for each row; those between sequences mean nothing. */
  get weights(): Float32Array {
    return this.#weights.array;
  }

  /** @param values [rows, inputWidth]. @returns one row for each sequence [size, inputWidth]. */
  forward(values: Float32Array, batch: Batch): Float32Array {
    const { width, inputWidth } = this;
    const keys = this.#keys.take(batch.rows * width);
    this.#backend.multiply(values, inputWidth, this.weight.value, keys, batch.rows, width, inputWidth, false);
    this.#backend.biasTanh(keys, this.bias.value, batch.rows, width);
    const tensors: AttentionTensors = {
      keys,
      context: this.context.value,
      values,
      weights: this.#weights.take(batch.rows),
      pooled: this.#pooled.take(batch.size * inputWidth),
      starts: batch.starts,
      ends: batch.ends,
    };
    this.#backend.attentionPool(tensors, batch.size, width, inputWidth);
    this.#tensors = tensors;
    this.#batch = batch;
    return tensors.pooled;
  }

  /**
   * @param gradient of the output [size, inputWidth].
   * @param parameters whether to add to the parameters' gradients too.
   * @returns the gradient of the values [rows, inputWidth], 0 between sequences.
   */
  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { width, inputWidth } = this;
    const batch = this.#batch!;
    const tensors = this.#tensors!;
    const unused = parameters ? undefined : this.context.gradient.slice();
    const gradients: AttentionGradients = {
      pooled: gradient,
      keys: this.#keysGradient.take(batch.rows * width),
      context: this.context.gradient,
      values: this.#valuesGradient.take(batch.rows * inputWidth),
    };
    clearGaps(gradients.keys, batch, width);
    clearGaps(gradients.values, batch, inputWidth);
    this.#backend.attentionPoolGradient(tensors, gradients, batch.size, width, inputWidth);
    if (unused !== undefined) this.context.gradient.set(unused);
    if (parameters) {
      const { values } = tensors;
      this.#backend.columnSums(gradients.keys, this.bias.gradient, batch.rows, width);
      this.#backend.multiplyTransposed(
        values,
        inputWidth,
        gradients.keys,
        this.weight.gradient,
        batch.rows,
        width,
        inputWidth,
      );
    }
    const transposed = this.#transposed.take(width * inputWidth);
    transpose(this.weight.value, transposed, inputWidth, width);
    this.#backend.multiply(gradients.keys, width, transposed, gradients.values, batch.rows, inputWidth, width, true);
    return gradients.values;
  }
}
