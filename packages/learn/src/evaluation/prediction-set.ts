import { LearnError } from '../errors.ts';

/** One line of somebody's predictions. */
export interface PredictionRow {
  readonly id: string;
  /** A label, or a number to be estimated. */
  readonly reference: string | number;
  /** Null where the system gave no answer. */
  readonly predicted: string | number | null;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly text?: string;
  /** Whatever else is known of the item, to slice by. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** What one system said. */
export interface PredictionSet {
  readonly name: string;
  readonly rows: readonly PredictionRow[];
}

/**
 * Brings the sets into the order of the first one's ids.
 *
 * @throws LearnError `ASSAY_LEARN_NO_EXAMPLES` without rows, `ASSAY_LEARN_IDS_DIFFER` for an id that stands twice or not in
 * every set, `ASSAY_LEARN_REFERENCES_DIFFER` when an item's reference is not the same in all.
 */
export function alignSets(sets: readonly PredictionSet[]): PredictionSet[] {
  const [first] = sets;
  if (first === undefined || first.rows.length === 0) {
    throw new LearnError('ASSAY_LEARN_NO_EXAMPLES', 'There are no predictions to evaluate.', {
      hint: 'Check that the file is the right one, and that no filter takes all of its lines.',
    });
  }
  return sets.map(({ name, rows }) => {
    const byId = new Map(rows.map((row) => [row.id, row]));
    if (byId.size !== rows.length) {
      const seen = new Set<string>();
      const twice = rows.find(({ id }) => seen.size === seen.add(id).size)!;
      throw idsDiffer(`${name} has the id ${JSON.stringify(twice.id)} twice.`);
    }
    const missing = first.rows.filter(({ id }) => !byId.has(id));
    if (missing.length > 0 || rows.length !== first.rows.length) {
      const known = new Set(first.rows.map(({ id }) => id));
      const extra = rows.filter(({ id }) => !known.has(id));
      throw idsDiffer(
        `${name} lacks ${missing.length} of the ${first.rows.length} items of ${first.name}, and has ${extra.length} others` +
          ` (such as ${JSON.stringify((missing[0] ?? extra[0])!.id)}).`,
      );
    }
    return {
      name,
      rows: first.rows.map(({ id, reference }) => {
        const row = byId.get(id)!;
        if (row.reference === reference) return row;
        throw new LearnError(
          'ASSAY_LEARN_REFERENCES_DIFFER',
          `The reference of ${JSON.stringify(id)} is ${JSON.stringify(reference)} in ${first.name}, but ${JSON.stringify(row.reference)} in ${name}.`,
          { hint: 'Systems are compared on the same items with the same references.' },
        );
      }),
    };
  });
}

function idsDiffer(message: string): LearnError {
  return new LearnError('ASSAY_LEARN_IDS_DIFFER', message, {
    hint: 'Each file has one line for each item, by the same ids.',
  });
}
