import type { SealedRecord } from '../records/index.ts';
import { readDocument, showValue, type Value } from './documents/index.ts';
import { metadataOf, revisionOf, type TrackContext } from './revision.ts';

/** A value as a search sees it. */
export interface FieldRow {
  readonly path: string;
  /** The nearest binary number, of a number. */
  readonly number: number | null;
  /** In full; null where it is too long, or says more than a comparison sees: then it is looked up. */
  readonly text: string | null;
  /** In lower case, where that is another text. */
  readonly folded: string | null;
}

const MOST_FIELDS = 256;
const LONGEST_TEXT = 1000;

/** The fields of a revision's metadata. Of data, and beyond the first fields, it is only told that there is more. */
export async function fieldsOf(
  context: TrackContext,
  sealed: SealedRecord,
): Promise<{ readonly fields: readonly FieldRow[]; readonly isPartial: boolean }> {
  const { body } = sealed.record;
  if ((await context.records.body(body)) === undefined) return { fields: [], isPartial: false };
  const fields: FieldRow[] = [];
  let isPartial = false;
  const walk = (value: Value, path: string): void => {
    const entries =
      value.type === 'map'
        ? [...value.value]
        : value.type === 'list'
          ? value.value.map((one, i) => [`${i}`, one] as const)
          : [];
    for (const [key, one] of entries) {
      // No query names such a key: a point divides it.
      if (key.includes('.')) continue;
      if (fields.length >= MOST_FIELDS) {
        isPartial = true;
        return;
      }
      const name = path === '' ? key : `${path}.${key}`;
      fields.push(rowOf(name, one));
      walk(one, name);
    }
  };
  walk(readDocument(await metadataOf(context, revisionOf(sealed))), '');
  return { fields, isPartial };
}

function rowOf(path: string, value: Value): FieldRow {
  const shown = value.type === 'text' ? value.value : showValue(value);
  const isPlain = shown.length <= LONGEST_TEXT && (value.annotations === undefined || value.type !== 'number');
  const text = isPlain ? shown : null;
  const folded = text?.toLowerCase() ?? null;
  const number = value.type === 'number' ? Number(`${value.value.coefficient}e${value.value.exponent}`) : null;
  return { path, number, text, folded: folded === text ? null : folded };
}
