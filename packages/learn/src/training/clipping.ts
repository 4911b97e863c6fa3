import type { Parameter } from '../network/index.ts';

/**
 * Scales all gradients down so that their norm, over all weights together, is at most `limit` (Pascanu et al. 2013).
 *
 * @returns the norm before.
 */
export function clipGradients(parameters: readonly Parameter[], limit: number): number {
  let sum = 0;
  each(parameters, (part) => {
    for (const value of part) sum += value * value;
  });
  const norm = Math.sqrt(sum);
  if (norm > limit) {
    const scale = limit / norm;
    each(parameters, (part) => {
      for (let i = 0; i < part.length; i++) part[i]! *= scale;
    });
  }
  return norm;
}

/** Visits the gradients; of a table, the rows that have one. */
function each(parameters: readonly Parameter[], visit: (part: Float32Array) => void): void {
  for (const { gradient, touched, shape } of parameters) {
    if (touched === undefined) {
      visit(gradient);
      continue;
    }
    const width = shape[1] ?? 1;
    for (const row of touched) visit(gradient.subarray(row * width, (row + 1) * width));
  }
}
