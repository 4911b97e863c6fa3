import { quantile } from '../statistics/index.ts';
import type { PredictionRow } from './prediction-set.ts';

/** Items that have a value of a field in common. */
export interface SliceItems {
  readonly value: string;
  /** Positions of the rows. */
  readonly items: readonly number[];
}

/** Numbers with more distinct values than this are cut at their quartiles. */
const MOST_VALUES = 8;
/** Of other fields so many values are told apart, the most frequent ones; the rest is one slice. */
const MOST_SLICES = 20;
const rest = '(others)';
const missing = '(missing)';

/**
 * Cuts items by a field: by its values, or, where it is a number of many values, at its quartiles. The field `length` is
 * the number of words of the text, unless the rows have one of that name.
 */
export function sliceBy(rows: readonly PredictionRow[], field: string): SliceItems[] {
  const values = rows.map((row) => fieldOf(row, field));
  const numbers = values.filter((value) => typeof value === 'number');
  const present = values.filter((value) => value !== undefined);
  if (numbers.length > 0 && numbers.length === present.length && new Set(numbers).size > MOST_VALUES) {
    return byQuartile(values as (number | undefined)[]);
  }
  const groups = Map.groupBy(values.keys(), (i) => (values[i] === undefined ? missing : String(values[i])));
  const isNumeric = numbers.length === present.length;
  const kept = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const others = kept.splice(MOST_SLICES).flatMap(([, items]) => items);
  kept.sort(([a], [b]) => (isNumeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
  if (others.length > 0) kept.push([rest, others.sort((a, b) => a - b)]);
  return kept.map(([value, items]) => ({ value, items }));
}

/** The value of a row's field, or the number of words for `length`. */
export function fieldOf(row: PredictionRow, field: string): string | number | undefined {
  if (Object.hasOwn(row.fields, field)) return row.fields[field];
  if (field !== 'length' || row.text === undefined) return undefined;
  return row.text.match(/\S+/gu)?.length ?? 0;
}

function byQuartile(values: readonly (number | undefined)[]): SliceItems[] {
  const sorted = Float64Array.from(values.filter((value) => value !== undefined)).sort();
  const ends = [...new Set([0.25, 0.5, 0.75, 1].map((share) => quantile(sorted, share)))];
  const slices = ends.map((end, i) => {
    const from = i === 0 ? sorted[0]! : ends[i - 1]!;
    return { value: i === 0 ? `${from} to ${end}` : `over ${from} to ${end}`, items: [] as number[] };
  });
  const none: number[] = [];
  values.forEach((value, i) => {
    if (value === undefined) none.push(i);
    else slices[ends.findIndex((end) => value <= end)]!.items.push(i);
  });
  return [
    ...slices.filter(({ items }) => items.length > 0),
    ...(none.length > 0 ? [{ value: missing, items: none }] : []),
  ];
}
