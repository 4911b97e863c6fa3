import { LearnError } from '../errors.ts';

/** Where a threshold puts the rates; everything scored at least `threshold` counts as positive. */
export interface RocPoint {
  /** Infinity for the first point, at which nothing is positive. */
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

export interface RocCurve {
  /** From (0, 0) to (1, 1), one for each distinct score. */
  readonly points: readonly RocPoint[];
  /** The chance that a positive is scored above a negative, ties counting half. */
  readonly area: number;
}

/**
 * The receiver operating characteristic and the area under it, by the trapezoid rule: as scikit-learn's `roc_curve`
 * without leaving points out, and `roc_auc_score`.
 *
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`; `ASSAY_LEARN_ONE_CLASS` without a positive or without a negative;
 * `ASSAY_LEARN_VALUE_INVALID` for a score that is no number.
 */
export function rocCurve(positive: readonly boolean[], scores: ArrayLike<number>): RocCurve {
  if (positive.length !== scores.length) {
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `There are ${positive.length} items but ${scores.length} scores.`,
      {
        hint: 'Give one score for each item, in the same order.',
      },
    );
  }
  const order = Array.from(positive.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const bad = order.find((i) => Number.isNaN(scores[i]!));
  if (bad !== undefined) {
    throw new LearnError('ASSAY_LEARN_VALUE_INVALID', `The score of item ${bad} is no number.`, {
      hint: 'Leave the item out, or mend its score.',
    });
  }
  const positives = positive.filter(Boolean).length;
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new LearnError('ASSAY_LEARN_ONE_CLASS', `All ${positive.length} items are of one class.`, {
      hint: 'A ROC curve needs items of both.',
    });
  }
  const points: RocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 }];
  let [hits, misses, area] = [0, 0, 0];
  for (let at = 0; at < order.length; ) {
    const threshold = scores[order[at]!]!;
    const [hitsBefore, missesBefore] = [hits, misses];
    for (; at < order.length && scores[order[at]!] === threshold; at++) {
      if (positive[order[at]!]) hits++;
      else misses++;
    }
    area += ((misses - missesBefore) * (hits + hitsBefore)) / 2;
    points.push({ threshold, falsePositiveRate: misses / negatives, truePositiveRate: hits / positives });
  }
  return { points, area: area / (positives * negatives) };
}
