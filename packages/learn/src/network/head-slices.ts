/** Copies columns [column, column + width) of rows [start, end) of a matrix to a matrix of that width. */
export function takeSlice(
  from: Float32Array,
  fromWidth: number,
  { start, end, column, width }: Slice,
  to: Float32Array,
): void {
  for (let row = start, at = 0; row < end; row++) {
    const first = row * fromWidth + column;
    for (let j = 0; j < width; j++) to[at++] = from[first + j]!;
  }
}

/** Copies a matrix of the slice's width to its place in a matrix. */
export function placeSlice(from: Float32Array, to: Float32Array, toWidth: number, slice: Slice): void {
  const { start, end, column, width } = slice;
  for (let row = start, at = 0; row < end; row++) {
    const first = row * toWidth + column;
    for (let j = 0; j < width; j++) to[first + j] = from[at++]!;
  }
}

/** One head's columns of one sequence's rows. */
export interface Slice {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly width: number;
}

/** Softmax of `length` values from `start`, in place. */
export function softmaxRow(values: Float32Array, start: number, length: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + length; i++) largest = Math.max(largest, values[i]!);
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    values[i] = Math.exp(values[i]! - largest);
    sum += values[i]!;
  }
  for (let i = start; i < start + length; i++) values[i]! /= sum;
}

/** The gradient before a softmax from that of its values y: y · (g − Σ y·g), in place of the gradient. */
export function softmaxRowGradient(values: Float32Array, gradient: Float32Array, start: number, length: number): void {
  let mean = 0;
  for (let i = start; i < start + length; i++) mean += values[i]! * gradient[i]!;
  for (let i = start; i < start + length; i++) gradient[i] = values[i]! * (gradient[i]! - mean);
}
