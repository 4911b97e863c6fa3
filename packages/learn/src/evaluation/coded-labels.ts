/** Labels as positions, so that thousands of bootstrap samples are counted quickly. */
export interface CodedLabels {
  readonly labels: number;
  readonly reference: Int32Array;
  /** −1 for no answer, and for one that is not among the labels. */
  readonly predicted: Int32Array;
}

export function codeLabels(
  reference: readonly string[],
  predicted: readonly (string | null)[],
  labels: readonly string[],
): CodedLabels {
  const positions = new Map(labels.map((label, i) => [label, i]));
  const code = (label: string | null) => (label === null ? -1 : (positions.get(label) ?? -1));
  return {
    labels: labels.length,
    reference: Int32Array.from(reference, code),
    predicted: Int32Array.from(predicted, code),
  };
}

/** Accuracy, and the mean F1 over all labels, a label without reference or prediction counting 0; of the items at those positions. */
export function scoreSample(
  { labels, reference, predicted }: CodedLabels,
  sample: readonly number[],
): { accuracy: number; macroF1: number } {
  const hits = new Uint32Array(labels);
  const support = new Uint32Array(labels);
  const claimed = new Uint32Array(labels);
  let correct = 0;
  for (let at = 0; at < sample.length; at++) {
    const i = sample[at]!;
    const [own, said] = [reference[i]!, predicted[i]!];
    support[own]!++;
    if (said >= 0) claimed[said]!++;
    if (said === own) {
      hits[own]!++;
      correct++;
    }
  }
  let sum = 0;
  for (let k = 0; k < labels; k++) {
    const both = claimed[k]! + support[k]!;
    sum += both === 0 ? 0 : (2 * hits[k]!) / both;
  }
  return { accuracy: sample.length === 0 ? 0 : correct / sample.length, macroF1: sum / labels };
}
