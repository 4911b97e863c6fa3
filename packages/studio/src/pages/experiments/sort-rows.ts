import type { ExperimentColumn, ExperimentRow } from '../../api/index.ts';
import { keyOf } from '../../experiments/index.ts';

/** Rows by a column, `name` or `created`: experiments within their commit, which stay where they are. No value comes last. */
export function sortRows(
  rows: readonly ExperimentRow[],
  columns: readonly ExperimentColumn[],
  key: string | undefined,
  isDescending: boolean,
): readonly ExperimentRow[] {
  const place = columns.findIndex((column) => keyOf(column) === key);
  if (key !== 'name' && key !== 'created' && place < 0) return rows;
  const cellOf = (row: ExperimentRow): unknown =>
    place >= 0 ? row.values[place] : key === 'name' ? row.name : row.created;
  const compare = (a: ExperimentRow, b: ExperimentRow) => {
    const [one, other] = [cellOf(a) ?? undefined, cellOf(b) ?? undefined];
    if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? 1 : -1;
    const order =
      typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other));
    return isDescending ? -order : order;
  };
  const sorted: ExperimentRow[] = [];
  let group: ExperimentRow[] = [];
  const end = () => {
    sorted.push(...group.sort(compare));
    group = [];
  };
  for (const row of rows) {
    if (row.kind === 'experiment') group.push(row);
    else {
      end();
      sorted.push(row);
    }
  }
  end();
  return sorted;
}
