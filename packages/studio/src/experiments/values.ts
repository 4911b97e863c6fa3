import type { ExperimentColumn, ExperimentRow } from '../api/index.ts';

/** A name for a column that is in no other one. */
export function keyOf({ kind, file, name }: ExperimentColumn): string {
  return `${kind === 'metrics' ? 'm' : 'p'}:${file}:${name}`;
}

/** The column's name; with its file where another file has one of that name. */
export function shownName(column: ExperimentColumn, columns: readonly ExperimentColumn[]): string {
  const isAmbiguous = columns.some(({ file, name }) => name === column.name && file !== column.file);
  return isAmbiguous ? `${column.file}:${column.name}` : column.name;
}

/** Which columns have more than one value in these rows, by their place. What a row does not have counts as no value. */
export function varying(columns: readonly ExperimentColumn[], rows: readonly ExperimentRow[]): ReadonlySet<number> {
  return new Set(
    columns.flatMap((_, i) =>
      new Set(rows.map(({ values }) => JSON.stringify(values[i] ?? null))).size > 1 ? [i] : [],
    ),
  );
}

/** A value as short as it can be told; the whole of it goes into a title. */
export function write(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return writeNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function writeNumber(value: number): string {
  if (Number.isInteger(value)) return String(value).replace('-', '−');
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e7 ? value.toExponential(3) : String(Number(value.toPrecision(5)));
  return text.replace(/^-/, '−').replace('e-', 'e−');
}

/** What each row is called: its name where no other row has it, else the beginning of its commit. Git knows it by that too. */
export function labelsOf(rows: readonly ExperimentRow[]): ReadonlyMap<string, string> {
  const names = new Map<string, number>();
  for (const { name } of rows) if (name !== null) names.set(name, (names.get(name) ?? 0) + 1);
  return new Map(
    rows.map(({ rev, name }) => {
      if (rev === 'workspace') return [rev, rev];
      const isPlain = name !== null && names.get(name) === 1 && !/[,\s]/.test(name);
      return [rev, isPlain ? name : rev.slice(0, 10)];
    }),
  );
}
