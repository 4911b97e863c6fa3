import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';

/** Precision, recall and their harmonic mean, each from 0 to 1. */
export interface PrecisionRecallF1 {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** One class's scores; `support` is how many reference labels are of this class. */
export interface ClassScores extends PrecisionRecallF1 {
  readonly label: string;
  readonly support: number;
}

/** Scores of predictions against reference labels. */
export interface ClassificationReport {
  readonly accuracy: number;
  readonly classes: readonly ClassScores[];
  /** The plain mean over classes. */
  readonly macro: PrecisionRecallF1;
  /** From pooled counts; with one label an item all three equal the accuracy. */
  readonly micro: PrecisionRecallF1;
  /** The mean over classes weighted by support. */
  readonly weighted: PrecisionRecallF1;
  readonly support: number;
  readonly matrix: ConfusionMatrix;
}

/**
 * Accuracy, and precision, recall and F1 per class and averaged, as scikit-learn's `classification_report` with
 * `zero_division=0`: a ratio without a denominator (a class never predicted, or never the reference) counts as 0.
 *
 * @param labels which classes count and in which order; by default every label that occurs.
 * @throws LearnError as {@link confusionMatrix}.
 */
export function classificationReport(
  reference: readonly string[],
  predicted: readonly string[],
  labels?: readonly string[],
): ClassificationReport {
  return reportFromMatrix(confusionMatrix(reference, predicted, labels));
}

/** The same report from counts already made. */
export function reportFromMatrix(matrix: ConfusionMatrix): ClassificationReport {
  const { labels, counts, total } = matrix;
  let correct = 0;
  const classes = labels.map((label, i): ClassScores => {
    const hits = counts[i]![i]!;
    const support = counts[i]!.reduce((sum, count) => sum + count, 0);
    const claimed = counts.reduce((sum, row) => sum + row[i]!, 0);
    correct += hits;
    return { label, support, ...scores(hits, claimed, support) };
  });
  return {
    accuracy: ratio(correct, total),
    classes,
    macro: mean(classes, () => 1),
    micro: scores(correct, total, total),
    weighted: mean(classes, (scored) => scored.support),
    support: total,
    matrix,
  };
}

function scores(hits: number, claimed: number, support: number): PrecisionRecallF1 {
  return { precision: ratio(hits, claimed), recall: ratio(hits, support), f1: ratio(2 * hits, claimed + support) };
}

function mean(classes: readonly ClassScores[], weight: (scored: ClassScores) => number): PrecisionRecallF1 {
  const weights = classes.reduce((sum, scored) => sum + weight(scored), 0);
  const of = (key: keyof PrecisionRecallF1) =>
    ratio(
      classes.reduce((sum, scored) => sum + weight(scored) * scored[key], 0),
      weights,
    );
  return { precision: of('precision'), recall: of('recall'), f1: of('f1') };
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
