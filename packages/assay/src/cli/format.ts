import type { Score } from '../models/index.ts';

/** `0.713 [0.641, 0.780]`: a score with its interval. */
export function formatScore(score: Score | undefined): string {
  return score ? `${score.value.toFixed(3)} [${score.low.toFixed(3)}, ${score.high.toFixed(3)}]` : '—';
}

/** The beginning of a hash that a person reads and types. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
