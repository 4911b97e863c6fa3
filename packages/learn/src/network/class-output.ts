import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Output, Targets } from './layer.ts';
import { LinearScores } from './linear-scores.ts';
import { Parameter } from './parameter.ts';

const SMALLEST = 1e-12;

/** Predict by a score for each class, W · x + b. */
abstract class ClassOutput implements Output {
  readonly classes: number;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly parameters: readonly Parameter[];
  protected readonly scores: LinearScores;
  protected probabilities: Float32Array;
  protected size = 0;
  readonly #backend: Backend;

  constructor(backend: Backend, inputWidth: number, classes: number) {
    this.#backend = backend;
    this.classes = classes;
    this.scores = new LinearScores(backend, inputWidth, classes);
    this.probabilities = backend.floats(0);
    this.weight = this.scores.weight;
    this.bias = new Parameter(backend, 'predict.bias', [classes]);
    this.parameters = [this.weight, this.bias];
  }

  abstract loss(targets: Targets): number;
  abstract aimAt(target: number): void;
  /** Scores to probabilities, in place. */
  protected abstract finish(scores: Float32Array, start: number): void;

  initialise(random: Random): void {
    this.scores.initialise(random);
  }

  forward(x: Float32Array, size: number, dropout: number, random: Random | undefined): Float32Array {
    const probabilities = this.scores.forward(x, size, dropout, random);
    this.probabilities = probabilities;
    this.size = size;
    this.#backend.biasAdd(probabilities, this.bias.value, size, this.classes);
    for (let start = 0; start < size * this.classes; start += this.classes) this.finish(probabilities, start);
    return probabilities;
  }

  backward(parameters: boolean): Float32Array {
    if (parameters) {
      this.#backend.columnSums(this.scores.gradient(), this.bias.gradient, this.size, this.classes);
    }
    return this.scores.backward(parameters);
  }

  temper(temperature: number): void {
    for (const { value } of this.parameters) for (let i = 0; i < value.length; i++) value[i]! /= temperature;
  }
}

/** Predict one of several classes: probabilities = softmax(W · x + b), with the cross-entropy as loss. */
export class SoftmaxOutput extends ClassOutput {
  protected finish(scores: Float32Array, start: number): void {
    const end = start + this.classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) largest = Math.max(largest, scores[i]!);
    let sum = 0;
    for (let i = start; i < end; i++) {
      scores[i] = Math.exp(scores[i]! - largest);
      sum += scores[i]!;
    }
    for (let i = start; i < end; i++) scores[i]! /= sum;
  }

  loss({ distribution, weights }: Targets): number {
    const gradient = this.scores.gradient();
    const total = sumOf(weights, this.size);
    let loss = 0;
    for (let s = 0, at = 0; s < this.size; s++) {
      const share = weights[s]! / total;
      for (let k = 0; k < this.classes; k++, at++) {
        const p = this.probabilities[at]!;
        gradient[at] = share * (p - distribution[at]!);
        // A probability that is no number must show in the loss, which `Math.max` sees to.
        if (distribution[at]! > 0) loss -= share * distribution[at]! * Math.log(Math.max(p, SMALLEST));
      }
    }
    return loss;
  }

  aimAt(target: number): void {
    const gradient = this.scores.gradient();
    for (let s = 0, at = 0; s < this.size; s++) {
      const p = this.probabilities[s * this.classes + target]!;
      for (let k = 0; k < this.classes; k++, at++) {
        gradient[at] = p * ((k === target ? 1 : 0) - this.probabilities[at]!);
      }
    }
  }
}

/** Predict any number of classes: each has its own probability σ(W · x + b), with the mean binary cross-entropy as loss. */
export class MultiLabelOutput extends ClassOutput {
  protected finish(scores: Float32Array, start: number): void {
    for (let i = start; i < start + this.classes; i++) scores[i] = 1 / (1 + Math.exp(-scores[i]!));
  }

  loss({ distribution, weights }: Targets): number {
    const gradient = this.scores.gradient();
    const total = sumOf(weights, this.size) * this.classes;
    let loss = 0;
    for (let s = 0, at = 0; s < this.size; s++) {
      const share = weights[s]! / total;
      for (let k = 0; k < this.classes; k++, at++) {
        const [p, t] = [this.probabilities[at]!, distribution[at]!];
        gradient[at] = share * (p - t);
        loss -= share * (t * Math.log(Math.max(p, SMALLEST)) + (1 - t) * Math.log(Math.max(1 - p, SMALLEST)));
      }
    }
    return loss;
  }

  aimAt(target: number): void {
    const gradient = this.scores.gradient().fill(0, 0, this.size * this.classes);
    for (let at = target; at < this.size * this.classes; at += this.classes) {
      const p = this.probabilities[at]!;
      gradient[at] = p * (1 - p);
    }
  }
}

export function sumOf(values: Float32Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i]!;
  return sum;
}
