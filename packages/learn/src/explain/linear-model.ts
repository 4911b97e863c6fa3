/** Sums over weighted rows, from which every linear model of some of the columns follows. */
export interface Moments {
  readonly columns: number;
  /** [columns × columns], row-major: Σ w (x − x̄)(x − x̄)ᵀ; without centring, Σ w x xᵀ. */
  readonly gram: Float64Array;
  /** Σ w (x − x̄)(y − ȳ), and Σ w (y − ȳ)². */
  readonly cross: Float64Array;
  readonly spread: number;
  readonly means: Float64Array;
  readonly mean: number;
}

/** Takes the moments of rows that are lists of the columns that are 1; all others are 0. */
export function binaryMoments(
  rows: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
  columns: number,
): Moments {
  const gram = new Float64Array(columns * columns);
  const cross = new Float64Array(columns);
  const means = new Float64Array(columns);
  let total = 0;
  let mean = 0;
  let spread = 0;
  rows.forEach((ones, i) => {
    const weight = weights[i]!;
    const target = targets[i]!;
    total += weight;
    mean += weight * target;
    spread += weight * target * target;
    for (let a = 0; a < ones.length; a++) {
      const column = ones[a]!;
      means[column]! += weight;
      cross[column]! += weight * target;
      const row = column * columns;
      for (let b = 0; b <= a; b++) gram[row + ones[b]!]! += weight;
    }
  });
  for (let i = 0; i < columns; i++) means[i]! /= total;
  mean /= total;
  for (let i = 0; i < columns; i++) {
    cross[i]! -= total * means[i]! * mean;
    for (let j = 0; j <= i; j++) {
      const value = gram[i * columns + j]! - total * means[i]! * means[j]!;
      gram[i * columns + j] = value;
      gram[j * columns + i] = value;
    }
  }
  return { columns, gram, cross, spread: spread - total * mean * mean, means, mean };
}

export interface LinearFit {
  /** One for each of the columns asked for. */
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** Weighted R². */
  readonly r2: number;
}

/** Ridge regression on some columns, with an intercept that is not shrunk: as scikit-learn's `Ridge` with `sample_weight`. */
export function ridge(moments: Moments, chosen: readonly number[], alpha: number): LinearFit {
  const { columns, gram, cross, means, mean, spread } = moments;
  const size = chosen.length;
  const plain = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) plain[i * size + j] = gram[chosen[i]! * columns + chosen[j]!]!;
  const right = Float64Array.from(chosen, (column) => cross[column]!);
  const shrunk = plain.slice();
  for (let i = 0; i < size; i++) shrunk[i * size + i]! += alpha;
  const coefficients = solveSymmetric(shrunk, right);
  let error = spread;
  let intercept = mean;
  for (let i = 0; i < size; i++) {
    intercept -= coefficients[i]! * means[chosen[i]!]!;
    error -= 2 * coefficients[i]! * right[i]!;
    for (let j = 0; j < size; j++) error += coefficients[i]! * coefficients[j]! * plain[i * size + j]!;
  }
  return { coefficients, intercept, r2: spread > 0 ? 1 - error / spread : 1 };
}

/**
 * Solves a positive semidefinite system by Cholesky's decomposition. A column that depends on those before it gets 0.
 *
 * @param matrix [n × n], row-major; not changed.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const lower = new Float64Array(n * n);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i]!);
  const least = largest * 1e-13;
  const free = new Uint8Array(n);
  for (let j = 0; j < n; j++) {
    let pivot = matrix[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * n + k]! ** 2;
    if (!(pivot > least)) {
      free[j] = 1;
      continue;
    }
    const root = Math.sqrt(pivot);
    lower[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let value = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) value -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = value / root;
    }
  }
  const out = right.slice();
  for (let i = 0; i < n; i++) {
    if (free[i]) {
      out[i] = 0;
      continue;
    }
    for (let k = 0; k < i; k++) out[i]! -= lower[i * n + k]! * out[k]!;
    out[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    if (free[i]) continue;
    for (let k = i + 1; k < n; k++) out[i]! -= lower[k * n + i]! * out[k]!;
    out[i]! /= lower[i * n + i]!;
  }
  return out;
}

/**
 * The first columns that least-angle regression takes up (Efron, Hastie, Johnstone and Tibshirani 2004), in that order.
 *
 * @param gram [n × n], Xᵀ X; `cross`, Xᵀ y.
 */
export function leastAngleColumns(gram: Float64Array, cross: Float64Array, most: number): number[] {
  const n = cross.length;
  const correlation = cross.slice();
  const active: number[] = [];
  const inactive = new Set(cross.keys());
  while (active.length < Math.min(most, n)) {
    let next = -1;
    for (const j of inactive) if (next < 0 || Math.abs(correlation[j]!) > Math.abs(correlation[next]!)) next = j;
    const strength = Math.abs(correlation[next]!);
    if (strength < 1e-12) break;
    active.push(next);
    inactive.delete(next);
    const size = active.length;
    const part = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) part[i * size + j] = gram[active[i]! * n + active[j]!]!;
    const signs = Float64Array.from(active, (j) => Math.sign(correlation[j]!) || 1);
    const direction = solveSymmetric(part, signs);
    const norm = 1 / Math.sqrt(direction.reduce((sum, value, i) => sum + value * signs[i]!, 0));
    const slopes = new Float64Array(n);
    for (let j = 0; j < n; j++)
      for (let i = 0; i < size; i++) slopes[j]! += norm * direction[i]! * gram[j * n + active[i]!]!;
    let step = strength / norm;
    for (const j of inactive) {
      for (const candidate of [
        (strength - correlation[j]!) / (norm - slopes[j]!),
        (strength + correlation[j]!) / (norm + slopes[j]!),
      ]) {
        if (candidate > 1e-15 && candidate < step) step = candidate;
      }
    }
    for (let j = 0; j < n; j++) correlation[j]! -= step * slopes[j]!;
  }
  return active;
}
