import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { Dropout } from './dropout.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import { Scratch } from './scratch.ts';

/** Predict: probabilities = softmax(W · x + b), with the cross-entropy as loss. */
export class SoftmaxOutput {
  readonly inputWidth: number;
  readonly classes: number;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #dropout: Dropout;
  readonly #input: Scratch;
  readonly #probabilities: Scratch;
  readonly #logitsGradient: Scratch;
  readonly #inputGradient: Scratch;
  readonly #transposed: Scratch;

  constructor(backend: Backend, inputWidth: number, classes: number) {
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.classes = classes;
    this.weight = new Parameter(backend, 'predict.weight', [inputWidth, classes]);
    this.bias = new Parameter(backend, 'predict.bias', [classes]);
    this.parameters = [this.weight, this.bias];
    this.#dropout = new Dropout(backend);
    this.#input = new Scratch(backend);
    this.#probabilities = new Scratch(backend);
    this.#logitsGradient = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
    this.#transposed = new Scratch(backend);
  }

  initialise(random: Random): void {
    this.weight.fillUniform(random, glorotLimit(this.inputWidth, this.classes));
  }

  /** @param x [size, inputWidth]. @returns probabilities [size, classes]. */
  forward(x: Float32Array, size: number, dropout: number, random: Random | undefined): Float32Array {
    const { inputWidth, classes } = this;
    const input = this.#input.take(size * inputWidth);
    input.set(x.subarray(0, size * inputWidth));
    this.#dropout.forward(input, size * inputWidth, dropout, random);
    const probabilities = this.#probabilities.take(size * classes);
    this.#backend.multiply(input, inputWidth, this.weight.value, probabilities, size, classes, inputWidth, false);
    for (let start = 0; start < size * classes; start += classes) this.#softmax(probabilities, start);
    return probabilities;
  }

  /**
   * From the gradient of the logits to that of the input [size, inputWidth].
   *
   * @param parameters whether to add to the parameters' gradients too.
   */
  backward(logitsGradient: Float32Array, size: number, parameters: boolean): Float32Array {
    const { inputWidth, classes } = this;
    if (parameters) {
      const input = this.#input.array;
      this.#backend.columnSums(logitsGradient, this.bias.gradient, size, classes);
      this.#backend.multiplyTransposed(
        input,
        inputWidth,
        logitsGradient,
        this.weight.gradient,
        size,
        classes,
        inputWidth,
      );
    }
    const transposed = this.#transposed.take(inputWidth * classes);
    transpose(this.weight.value, transposed, inputWidth, classes);
    const gradient = this.#inputGradient.take(size * inputWidth);
    this.#backend.multiply(logitsGradient, classes, transposed, gradient, size, inputWidth, classes, false);
    this.#dropout.backward(gradient, size * inputWidth);
    return gradient;
  }

  /** Room for the gradient of the logits [size, classes]. */
  logitsGradient(size: number): Float32Array {
    return this.#logitsGradient.take(size * this.classes);
  }

  #softmax(values: Float32Array, start: number): void {
    const end = start + this.classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) {
      values[i]! += this.bias.value[i - start]!;
      largest = Math.max(largest, values[i]!);
    }
    let sum = 0;
    for (let i = start; i < end; i++) {
      values[i] = Math.exp(values[i]! - largest);
      sum += values[i]!;
    }
    for (let i = start; i < end; i++) values[i]! /= sum;
  }
}
