import { LearnError } from '../errors.ts';
import { type ClassificationReport, classificationReport } from './classification-report.ts';

/**
 * What always saying the commonest training label scores on the test labels. Of equally common labels the first in
 * code-unit order is taken.
 *
 * @throws LearnError `ASSAY_LEARN_NO_EXAMPLES` without training labels.
 */
export function majorityBaseline(
  trainLabels: readonly string[],
  testLabels: readonly string[],
  labels: readonly string[] = [...new Set([...trainLabels, ...testLabels])].sort(),
): { readonly label: string; readonly report: ClassificationReport } {
  const counts = new Map<string, number>();
  for (const label of trainLabels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label] = [...counts.keys()].sort().sort((a, b) => counts.get(b)! - counts.get(a)!);
  if (label === undefined) {
    throw new LearnError('ASSAY_LEARN_NO_EXAMPLES', 'A majority baseline needs training labels.', {
      hint: 'Give the labels of the training set.',
    });
  }
  const report = classificationReport(
    testLabels,
    testLabels.map(() => label),
    labels,
  );
  return { label, report };
}
