import { LearnError } from '../errors.ts';

/** Counts of (reference, predicted) pairs. `counts[i][j]`: items whose reference is `labels[i]`, predicted `labels[j]`. */
export interface ConfusionMatrix {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly total: number;
}

/**
 * Counts how often each reference label met each predicted label.
 *
 * @param labels the order of rows and columns; by default every label that occurs, sorted by code unit.
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER` when the two lists are not of one length,
 * `ASSAY_LEARN_LABEL_UNKNOWN` when a label occurs that `labels` does not name.
 */
export function confusionMatrix(
  reference: readonly string[],
  predicted: readonly string[],
  labels: readonly string[] = [...new Set([...reference, ...predicted])].sort(),
): ConfusionMatrix {
  if (reference.length !== predicted.length) {
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `There are ${reference.length} reference labels but ${predicted.length} predictions.`,
      { hint: 'Give one prediction for each reference label, in the same order.' },
    );
  }
  const position = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  const at = (label: string, i: number, side: string): number => {
    const found = position.get(label);
    if (found === undefined) {
      throw new LearnError(
        'ASSAY_LEARN_LABEL_UNKNOWN',
        `The ${side} label ${JSON.stringify(label)} of item ${i} is not among ${JSON.stringify(labels)}.`,
        { hint: 'Name every label that occurs, or leave the labels out.' },
      );
    }
    return found;
  };
  for (let i = 0; i < reference.length; i++) {
    const row = at(reference[i]!, i, 'reference');
    const column = at(predicted[i]!, i, 'predicted');
    counts[row]![column]! += 1;
  }
  return { labels, counts, total: reference.length };
}
