import { expect } from 'vitest';
import type { Backend } from '../../backend/index.ts';
import { Random } from '../../random/index.ts';
import type { Parameter } from '../parameter.ts';

/** The slope of `f` in `array[i]` by central differences, in single precision storage. */
export function slope(array: Float32Array, i: number, f: () => number): number {
  const step = 2 ** -9;
  const kept = array[i]!;
  array[i] = kept + step;
  const above = f();
  array[i] = kept - step;
  const below = f();
  array[i] = kept;
  return (above - below) / (2 * step);
}

/**
 * How far a gradient lies from what differences of `f` in `array[i]` show. At a rectifier's corner the slopes on the two
 * sides differ, and anything between them is right.
 */
export function offBy(array: Float32Array, i: number, gradient: number, f: () => number): number {
  const step = 2 ** -9;
  const kept = array[i]!;
  const here = f();
  array[i] = kept + step;
  const after = (f() - here) / step;
  array[i] = kept - step;
  const before = (here - f()) / step;
  array[i] = kept;
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  return Math.max(0, low - gradient, gradient - high) / Math.max(1, Math.abs(low), Math.abs(high));
}

/** Compares a gradient with differences of `f`, and sees to it that not all of it is 0. */
export function expectGradient(
  array: Float32Array,
  gradient: ArrayLike<number>,
  f: () => number,
  { skip = 0, tolerance = 3e-3 }: { readonly skip?: number; readonly tolerance?: number } = {},
): void {
  let largest = 0;
  for (let i = skip; i < array.length; i++) {
    const numeric = slope(array, i, f);
    largest = Math.max(largest, Math.abs(numeric));
    expect(Math.abs(gradient[i]! - numeric), `position ${i}: ${gradient[i]} against ${numeric}`).toBeLessThan(
      tolerance * Math.max(0.15, Math.abs(numeric)),
    );
  }
  expect(largest).toBeGreaterThan(1e-4);
}

export function randomise(parameters: readonly Parameter[], random: Random, limit = 0.8): void {
  for (const parameter of parameters) parameter.fillUniform(random, limit);
}

/** Random weights: their products with what a layer gives sum to a loss whose gradient they are. */
export function probe(backend: Backend, length: number): Float32Array {
  const random = new Random(99);
  const weights = backend.floats(length);
  for (let i = 0; i < length; i++) weights[i] = random.normal();
  return weights;
}

export function weightedSum(values: Float32Array, weights: Float32Array): number {
  return weights.reduce((total, weight, i) => total + weight * values[i]!, 0);
}
