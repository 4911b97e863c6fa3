import { type LabelLine, sentiments } from '../corpus.ts';
import { NlpError } from '../errors.ts';

/** Labels as small integers: what the coefficients are computed from. */
export interface LabelMatrix {
  readonly labelers: readonly string[];
  readonly categories: readonly string[];
  /** The categories go from low to high. */
  readonly ordered: boolean;
  readonly items: number;
  /** One array for each labeler: an item's place in `categories`, −1 where there is no label. */
  readonly codes: readonly Int8Array[];
}

/**
 * Lines → matrix, labelers in the order in which they first occur.
 *
 * @param options.order the categories from low to high; by default those of sentiment if no other label occurs, else
 * every label that occurs, sorted by code unit and taken as unordered.
 * @param options.also labels that are to be known though no line has them.
 * @throws {NlpError} ASSAY_AGREEMENT_NO_LINES, ASSAY_AGREEMENT_DUPLICATE_ID, ASSAY_AGREEMENT_NO_LABELERS,
 * ASSAY_AGREEMENT_LABEL_UNKNOWN (a label that `order` does not name), ASSAY_AGREEMENT_TOO_MANY_LABELS (over 100).
 */
export function labelMatrix(
  lines: readonly LabelLine[],
  { order, also = [] }: { readonly order?: readonly string[]; readonly also?: Iterable<string> } = {},
): LabelMatrix {
  if (lines.length === 0) {
    throw new NlpError('ASSAY_AGREEMENT_NO_LINES', 'There are no labels to compare.', {
      hint: 'Give lines {"id": …, "labels": {labeler: label}}, one for each text.',
    });
  }
  const labelers = new Set<string>();
  const found = new Set<string>(also);
  const ids = new Set<string>();
  for (const { id, labels } of lines) {
    if (ids.has(id)) {
      throw new NlpError('ASSAY_AGREEMENT_DUPLICATE_ID', `The id "${id}" comes twice among the labels.`, {
        hint: 'Give each text one line with the labels of every labeler.',
      });
    }
    ids.add(id);
    for (const [labeler, label] of Object.entries(labels)) {
      labelers.add(labeler);
      if (label !== null) found.add(label);
    }
  }
  if (labelers.size === 0) {
    throw new NlpError('ASSAY_AGREEMENT_NO_LABELERS', 'No line names a labeler.', {
      hint: 'A line looks like {"id": "a", "labels": {"vader": "positive", "people": null}}.',
    });
  }
  const known: readonly string[] = order ?? sentiments;
  const ordered = order !== undefined || [...found].every((label) => known.includes(label));
  const categories = ordered ? known : [...found].sort();
  if (categories.length > 100) {
    throw new NlpError('ASSAY_AGREEMENT_TOO_MANY_LABELS', `There are ${categories.length} different labels.`, {
      hint: 'Labels are categories, at most 100 of them; check that no free text stands in their place.',
    });
  }
  const unknown = [...found].find((label) => !categories.includes(label));
  if (unknown !== undefined) {
    throw new NlpError('ASSAY_AGREEMENT_LABEL_UNKNOWN', `The label "${unknown}" is not in the order given.`, {
      hint: `Known labels: ${categories.join(', ')}.`,
    });
  }
  const codes = [...labelers].map((labeler) =>
    encode(
      categories,
      lines.map(({ labels }) => (Object.hasOwn(labels, labeler) ? labels[labeler] : null)),
    ),
  );
  return { labelers: [...labelers], categories, ordered, items: lines.length, codes };
}

/** Each label's place among the categories, −1 where there is none. */
export function encode(categories: readonly string[], labels: readonly (string | null | undefined)[]): Int8Array {
  const place = new Map(categories.map((category, index) => [category, index]));
  return Int8Array.from(labels, (label) => (label === null || label === undefined ? -1 : (place.get(label) ?? -1)));
}
