import { readLabelLines } from '@assay/nlp';
import { AssayError } from '../errors.ts';

/** Labels to judge others by, or to learn. */
export interface ReferenceLabels {
  /** Who gave them. */
  readonly name: string;
  /** Id → label. */
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * Reads label lines of one labeler; texts without a label are left out.
 * @throws AssayError `ASSAY_COMPARE_REFERENCE` when the file names no labeler or several, or has no label; NlpError as
 * `readLabelLines`.
 */
export async function readReferenceLabels(file: string): Promise<ReferenceLabels> {
  const lines = await readLabelLines(file);
  const names = [...new Set(lines.flatMap((line) => Object.keys(line.labels)))];
  const [name] = names;
  const labels = new Map<string, string>();
  for (const line of lines) {
    const label = name === undefined ? null : line.labels[name];
    if (label) labels.set(line.id, label);
  }
  if (name === undefined || names.length > 1 || labels.size === 0) {
    const found = names.length > 1 ? `labels of ${names.join(' and ')}` : 'no labels';
    throw new AssayError('ASSAY_COMPARE_REFERENCE', `${file} holds ${found}; a reference is of one labeler.`, {
      hint: 'Reference lines look like {"id": "…", "labels": {"ours": "neutral"}}, with one name in all of them.',
    });
  }
  return { name, labels };
}
