import { LearnError } from '../errors.ts';

/** Multinomial logistic regression: softmax of inputs × weights + bias. */
export interface LogisticModel {
  /** [inputs × classes], row-major. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly classes: number;
  readonly iterations: number;
}

/**
 * Fits multinomial logistic regression with an L2 penalty of ½‖weights‖² (not of the bias) against `c` times the sum of the
 * log losses, as scikit-learn's `LogisticRegression`: by limited-memory BFGS (Liu and Nocedal 1989) with a backtracking
 * search.
 *
 * @param inputs one row for each item. @param labels positions of classes.
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`, `ASSAY_LEARN_ONE_CLASS`, `ASSAY_LEARN_VALUE_INVALID`.
 */
export function fitLogistic(
  inputs: readonly ArrayLike<number>[],
  labels: readonly number[],
  {
    classes,
    c = 1,
    iterations = 1000,
  }: { readonly classes: number; readonly c?: number; readonly iterations?: number },
): LogisticModel {
  checkInputs(inputs, labels);
  const width = inputs[0]!.length;
  const size = (width + 1) * classes;
  const evaluate = (at: Float64Array) => {
    const gradient = new Float64Array(size);
    const scores = new Float64Array(classes);
    let loss = 0;
    inputs.forEach((row, n) => {
      softmaxInto(row, at, classes, scores);
      loss -= c * Math.log(Math.max(scores[labels[n]!]!, 1e-300));
      scores[labels[n]!]! -= 1;
      for (let k = 0; k < classes; k++) {
        const error = c * scores[k]!;
        for (let i = 0; i < width; i++) gradient[i * classes + k]! += error * row[i]!;
        gradient[width * classes + k]! += error;
      }
    });
    for (let i = 0; i < width * classes; i++) {
      loss += at[i]! ** 2 / 2;
      gradient[i]! += at[i]!;
    }
    return { loss, gradient };
  };

  let at: Float64Array = new Float64Array(size);
  let { loss, gradient } = evaluate(at);
  const memory: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let done = 0;
  for (; done < iterations && gradient.some((value) => Math.abs(value) > 1e-7); done++) {
    const direction = descent(gradient, memory);
    const slope = dot(direction, gradient);
    let step = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    let next = moved(at, direction, step);
    let found = evaluate(next);
    while (!(found.loss <= loss + 1e-4 * step * slope) && step > 1e-12) {
      step /= 2;
      next = moved(at, direction, step);
      found = evaluate(next);
    }
    if (step <= 1e-12) break;
    const s = next.map((value, i) => value - at[i]!);
    const y = found.gradient.map((value, i) => value - gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-14) memory.push({ s, y, rho: 1 / curvature });
    if (memory.length > 10) memory.shift();
    at = next;
    ({ loss, gradient } = found);
  }
  return { weights: at.slice(0, width * classes), bias: at.slice(width * classes), classes, iterations: done };
}

/** Probabilities of the classes for one row. */
export function predictLogistic({ weights, bias, classes }: LogisticModel, row: ArrayLike<number>): Float64Array {
  const all = new Float64Array(weights.length + bias.length);
  all.set(weights);
  all.set(bias, weights.length);
  const scores = new Float64Array(classes);
  softmaxInto(row, all, classes, scores);
  return scores;
}

function softmaxInto(row: ArrayLike<number>, at: Float64Array, classes: number, scores: Float64Array): void {
  for (let k = 0; k < classes; k++) {
    let score = at[row.length * classes + k]!;
    for (let i = 0; i < row.length; i++) score += row[i]! * at[i * classes + k]!;
    scores[k] = score;
  }
  const most = Math.max(...scores);
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    scores[k] = Math.exp(scores[k]! - most);
    sum += scores[k]!;
  }
  for (let k = 0; k < classes; k++) scores[k]! /= sum;
}

/** −H·gradient by the two-loop recursion. */
function descent(
  gradient: Float64Array,
  memory: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.slice();
  const alphas = memory.map(() => 0);
  for (let m = memory.length - 1; m >= 0; m--) {
    const { s, y, rho } = memory[m]!;
    alphas[m] = rho * dot(s, q);
    for (let i = 0; i < q.length; i++) q[i]! -= alphas[m]! * y[i]!;
  }
  const last = memory.at(-1);
  const scale = last === undefined ? 1 : dot(last.s, last.y) / dot(last.y, last.y);
  for (let i = 0; i < q.length; i++) q[i]! *= scale;
  memory.forEach(({ s, y, rho }, m) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += s[i]! * (alphas[m]! - beta);
  });
  return q.map((value) => -value);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function moved(at: Float64Array, direction: Float64Array, step: number): Float64Array {
  return at.map((value, i) => value + step * direction[i]!);
}

function checkInputs(inputs: readonly ArrayLike<number>[], labels: readonly number[]): void {
  if (inputs.length !== labels.length || inputs.some((row) => row.length !== inputs[0]!.length)) {
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `There are ${inputs.length} rows, not all of one width, for ${labels.length} labels.`,
      {
        hint: 'Give one row of the same inputs for each label.',
      },
    );
  }
  if (new Set(labels).size < 2) {
    throw new LearnError('ASSAY_LEARN_ONE_CLASS', `All ${labels.length} items are of one class.`, {
      hint: 'A classifier needs examples of at least two classes.',
    });
  }
  const bad = inputs.findIndex((row) => Array.from(row).some((value) => !Number.isFinite(value)));
  if (bad >= 0) {
    throw new LearnError('ASSAY_LEARN_VALUE_INVALID', `Row ${bad} has an input that is no finite number.`, {
      hint: 'Leave the item out, or mend it.',
    });
  }
}
