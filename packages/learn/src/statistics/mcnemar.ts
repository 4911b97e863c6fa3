import { LearnError } from '../errors.ts';

/** McNemar's test of two classifiers on the same items. */
export interface McNemarResult {
  /** Items the first alone had right, and items the second alone had right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Exact and two-sided: the binomial probability, at one half, of a split at least this uneven. */
  readonly pValue: number;
}

/**
 * McNemar's exact test (McNemar 1947): of the items on which exactly one of two classifiers is right, is the share of
 * the first further from one half than chance would have it?
 *
 * @param firstCorrect,secondCorrect whether each item was right, in the same order.
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`.
 */
export function mcnemarExact(firstCorrect: readonly boolean[], secondCorrect: readonly boolean[]): McNemarResult {
  if (firstCorrect.length !== secondCorrect.length) {
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `The classifiers were judged on ${firstCorrect.length} and ${secondCorrect.length} items.`,
      { hint: 'Compare two classifiers on the same items, in the same order.' },
    );
  }
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < firstCorrect.length; i++) {
    if (firstCorrect[i] && !secondCorrect[i]) onlyFirst++;
    if (!firstCorrect[i] && secondCorrect[i]) onlySecond++;
  }
  return { onlyFirst, onlySecond, pValue: binomialTwoSided(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond) };
}

function binomialTwoSided(fewer: number, trials: number): number {
  let logChoose = 0;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logChoose - trials * Math.LN2);
    logChoose += Math.log(trials - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}
