import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { sumOf } from './class-output.ts';
import type { Output, Targets } from './layer.ts';
import { LinearScores } from './linear-scores.ts';
import { Parameter } from './parameter.ts';
import { Scratch } from './scratch.ts';

const SMALLEST = 1e-12;

/**
 * Predict one of several classes that have an order, by proportional odds (McCullagh 1980): one score s = w · x, and
 * P(class ≤ k) = σ(θₖ − s). The thresholds stay in order because all but the first are kept as the distance from the one
 * before, before softplus. The loss is the cross-entropy.
 */
export class OrdinalOutput implements Output {
  readonly classes: number;
  readonly weight: Parameter;
  /** The first threshold, then distances before softplus. */
  readonly steps: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #scores: LinearScores;
  readonly #probabilities: Scratch;
  /** P(class ≤ k) for each sequence and threshold. */
  #cumulative = new Float64Array(0);
  #thresholdGradient: Float64Array;
  #size = 0;

  constructor(backend: Backend, inputWidth: number, classes: number) {
    this.classes = classes;
    this.#scores = new LinearScores(backend, inputWidth, 1);
    this.weight = this.#scores.weight;
    this.steps = new Parameter(backend, 'predict.steps', [classes - 1]);
    this.parameters = [this.weight, this.steps];
    this.#probabilities = new Scratch(backend);
    this.#thresholdGradient = new Float64Array(classes - 1);
  }

  initialise(random: Random): void {
    this.#scores.initialise(random);
    this.steps.value[0] = -(this.classes - 2) / 2;
    // A distance of 1.
    this.steps.value.fill(softplusInverse(1), 1);
  }

  /** θ, in order. */
  thresholds(): Float64Array {
    let threshold = 0;
    return Float64Array.from(this.steps.value, (step, k) => {
      threshold += k === 0 ? step : softplus(step);
      return threshold;
    });
  }

  forward(x: Float32Array, size: number, dropout: number, random: Random | undefined): Float32Array {
    const { classes } = this;
    const scores = this.#scores.forward(x, size, dropout, random);
    const probabilities = this.#probabilities.take(size * classes);
    const thresholds = this.thresholds();
    this.#size = size;
    if (this.#cumulative.length < size * (classes - 1)) this.#cumulative = new Float64Array(size * (classes - 1) * 2);
    for (let s = 0; s < size; s++) {
      let below = 0;
      for (let k = 0; k < classes; k++) {
        const upTo = k === classes - 1 ? 1 : 1 / (1 + Math.exp(scores[s]! - thresholds[k]!));
        if (k < classes - 1) this.#cumulative[s * (classes - 1) + k] = upTo;
        probabilities[s * classes + k] = upTo - below;
        below = upTo;
      }
    }
    return probabilities;
  }

  loss({ distribution, weights }: Targets): number {
    const { classes } = this;
    const total = sumOf(weights, this.#size);
    let loss = 0;
    this.#start((s, k, p) => {
      const target = distribution[s * classes + k]!;
      if (target === 0) return 0;
      const share = (weights[s]! / total) * target;
      loss -= share * Math.log(Math.max(p, SMALLEST));
      return -share / Math.max(p, SMALLEST);
    });
    return loss;
  }

  aimAt(target: number): void {
    this.#start((_, k) => (k === target ? 1 : 0));
  }

  backward(parameters: boolean): Float32Array {
    if (parameters) {
      let later = 0;
      for (let k = this.classes - 2; k >= 0; k--) {
        later += this.#thresholdGradient[k]!;
        const slope = k === 0 ? 1 : 1 / (1 + Math.exp(-this.steps.value[k]!));
        this.steps.gradient[k]! += later * slope;
      }
    }
    return this.#scores.backward(parameters);
  }

  temper(temperature: number): void {
    for (let i = 0; i < this.weight.value.length; i++) this.weight.value[i]! /= temperature;
    const { value } = this.steps;
    for (let k = 0; k < value.length; k++) {
      value[k] = k === 0 ? value[k]! / temperature : softplusInverse(softplus(value[k]!) / temperature);
    }
  }

  /** Sets the gradients of scores and thresholds from that of each probability. */
  #start(slope: (s: number, k: number, p: number) => number): void {
    const gradient = this.#scores.gradient();
    const steps = this.classes - 1;
    this.#thresholdGradient.fill(0);
    for (let s = 0; s < this.#size; s++) {
      gradient[s] = 0;
      const upTo = (k: number) => (k < 0 ? 0 : k === steps ? 1 : this.#cumulative[s * steps + k]!);
      let before = slope(s, 0, upTo(0));
      for (let k = 0; k < steps; k++) {
        const next = slope(s, k + 1, upTo(k + 1) - upTo(k));
        const c = upTo(k);
        const toThreshold = (before - next) * c * (1 - c);
        this.#thresholdGradient[k]! += toThreshold;
        gradient[s]! -= toThreshold;
        before = next;
      }
    }
  }
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function softplusInverse(y: number): number {
  return y + Math.log(-Math.expm1(-y));
}
