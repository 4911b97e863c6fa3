import { LearnError } from '../errors.ts';

/** Items whose confidence lies from `from` (included) to `to`. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly items: number;
  /** Means over the items; null without any. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

export interface Calibration {
  /** Expected calibration error: |accuracy − confidence| of the bins, weighted by their items (Guo et al. 2017). */
  readonly expectedError: number;
  /** The largest |accuracy − confidence| of a bin. */
  readonly largestError: number;
  /** Mean over the items of the sum over the labels of (probability − 1 or 0)², from 0 to 2. */
  readonly brier: number;
  /** Mean of −ln(probability of the reference label), each at least 1e-15. */
  readonly logLoss: number;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * How far probabilities can be taken at their word: the confidence is the largest of an item's probabilities.
 *
 * @param reference the position of each item's reference label.
 * @param probabilities one row for each item, one for each label.
 * @param bins of equal width; 10 by default.
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`, `ASSAY_LEARN_VALUE_INVALID` for what is no probability.
 */
export function calibration(
  reference: readonly number[],
  probabilities: readonly ArrayLike<number>[],
  bins = 10,
): Calibration {
  if (reference.length !== probabilities.length || reference.length === 0) {
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `There are ${reference.length} reference labels and ${probabilities.length} rows of probabilities.`,
      { hint: 'Give one row for each item, in the same order, and at least one.' },
    );
  }
  const counts = new Uint32Array(bins);
  const confidences = new Float64Array(bins);
  const hits = new Uint32Array(bins);
  let [brier, logLoss] = [0, 0];
  probabilities.forEach((row, i) => {
    let best = 0;
    for (let k = 0; k < row.length; k++) {
      if (!(row[k]! >= 0 && row[k]! <= 1)) {
        throw new LearnError('ASSAY_LEARN_VALUE_INVALID', `Item ${i} has ${row[k]} for a probability.`, {
          hint: 'Probabilities are from 0 to 1.',
        });
      }
      if (row[k]! > row[best]!) best = k;
      brier += (row[k]! - (k === reference[i] ? 1 : 0)) ** 2;
    }
    logLoss -= Math.log(Math.max(row[reference[i]!] ?? 0, 1e-15));
    const bin = Math.min(bins - 1, Math.floor(row[best]! * bins));
    counts[bin]!++;
    confidences[bin]! += row[best]!;
    if (best === reference[i]) hits[bin]!++;
  });
  const listed = Array.from(counts, (items, b): ReliabilityBin => {
    const means = items === 0 ? null : { confidence: confidences[b]! / items, accuracy: hits[b]! / items };
    return {
      from: b / bins,
      to: (b + 1) / bins,
      items,
      confidence: means?.confidence ?? null,
      accuracy: means?.accuracy ?? null,
    };
  });
  const gaps = listed.map(({ items, confidence, accuracy }) => ({
    items,
    gap: Math.abs((accuracy ?? 0) - (confidence ?? 0)),
  }));
  return {
    expectedError: gaps.reduce((sum, { items, gap }) => sum + items * gap, 0) / reference.length,
    largestError: Math.max(...gaps.map(({ gap }) => gap)),
    brier: brier / reference.length,
    logLoss: logLoss / reference.length,
    bins: listed,
  };
}
