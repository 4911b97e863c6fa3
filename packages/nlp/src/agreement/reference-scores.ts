import { type ConfusionMatrix, reportFromMatrix } from '@assay/learn';
import type { PairTable } from './pair-coefficients.ts';
import type { Estimate } from './resampled-sums.ts';

export interface ClassAgainstReference {
  readonly support: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly f1: Estimate;
}

/** One labeler against the reference, on the texts that both labelled. */
export interface AgainstReference {
  readonly items: number;
  readonly accuracy: Estimate;
  readonly macro_precision: Estimate;
  readonly macro_recall: Estimate;
  readonly macro_f1: Estimate;
  /** Only categories that occur in the reference; the macro figures are the plain means over these. */
  readonly per_class: Readonly<Record<string, ClassAgainstReference>>;
  /** `[i][j]`: texts whose reference is category i, labelled category j. */
  readonly confusion: readonly (readonly number[])[];
}

/** Rows are the reference's categories. */
export function asMatrix(table: PairTable, categories: readonly string[]): ConfusionMatrix {
  const size = categories.length;
  const counts = categories.map((_, row) => Array.from(table.subarray(row * size, (row + 1) * size)));
  return { labels: categories, counts, total: table.reduce((sum, count) => sum + count, 0) };
}

/**
 * Accuracy, macro precision, recall and F1, then precision, recall and F1 of each class in `scored`: the statistics of
 * {@link AgainstReference} in a row.
 */
export function referenceStatistics(
  table: PairTable,
  categories: readonly string[],
  scored: readonly number[],
): number[] {
  const report = reportFromMatrix(asMatrix(table, categories));
  if (report.support === 0) return new Array<number>(4 + 3 * scored.length).fill(Number.NaN);
  const classes = scored.map((category) => report.classes[category]!);
  const mean = (key: 'precision' | 'recall' | 'f1'): number =>
    classes.reduce((sum, scores) => sum + scores[key], 0) / classes.length;
  return [
    report.accuracy,
    mean('precision'),
    mean('recall'),
    mean('f1'),
    ...classes.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]),
  ];
}

/** Puts the estimates of {@link referenceStatistics} into words. */
export function againstReference(
  table: PairTable,
  categories: readonly string[],
  scored: readonly number[],
  found: readonly Estimate[],
): AgainstReference {
  const { counts, total } = asMatrix(table, categories);
  const [accuracy, precision, recall, f1] = found;
  return {
    items: total,
    accuracy: accuracy!,
    macro_precision: precision!,
    macro_recall: recall!,
    macro_f1: f1!,
    per_class: Object.fromEntries(
      scored.map((category, index): [string, ClassAgainstReference] => [
        categories[category]!,
        {
          support: counts[category]!.reduce((sum, count) => sum + count, 0),
          precision: found[4 + 3 * index]!,
          recall: found[5 + 3 * index]!,
          f1: found[6 + 3 * index]!,
        },
      ]),
    ),
    confusion: counts,
  };
}
