import { Fragment } from 'react';
import type { ExperimentColumn, ExperimentRow } from '../../api/index.ts';
import { keyOf, shownName, write } from '../../experiments/index.ts';
import styles from './compare-table.module.css';

interface CompareTableProps {
  readonly columns: readonly ExperimentColumn[];
  /** Places of the columns that are shown. */
  readonly metrics: readonly number[];
  readonly params: readonly number[];
  readonly rows: readonly ExperimentRow[];
  readonly labels: readonly string[];
}

/** A line for each value, a column for each revision; the first is what the others are compared with. */
export function CompareTable({ columns, metrics, params, rows, labels }: CompareTableProps) {
  const parts = [
    ['Metrics', metrics],
    ['Parameters', params],
  ] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label="Values side by side" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.first}>
              Value
            </th>
            {labels.map((label, i) => (
              <th key={rows[i]?.rev} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {parts.map(
            ([title, places]) =>
              places.length > 0 && (
                <Fragment key={title}>
                  <tr className={styles.part}>
                    <th scope="rowgroup" className={styles.first}>
                      {title}
                    </th>
                    <td colSpan={labels.length} />
                  </tr>
                  {places.map((i) => {
                    const column = columns[i]!;
                    return (
                      <tr key={keyOf(column)}>
                        <th scope="row" className={styles.first} title={`${column.file}: ${column.name}`}>
                          {shownName(column, columns)}
                        </th>
                        {rows.map((row, j) => (
                          <td key={row.rev} title={JSON.stringify(row.values[i])}>
                            {write(row.values[i])}
                            {j > 0 && <Change now={row.values[i]} before={rows[0]?.values[i]} />}
                          </td>
                        ))}
                      </tr>
                    );
                  })}
                </Fragment>
              ),
          )}
        </tbody>
      </table>
    </section>
  );
}

/** By how much a number is larger or smaller; of anything else, that it is another. */
function Change({ now, before }: { readonly now: unknown; readonly before: unknown }) {
  if (JSON.stringify(now) === JSON.stringify(before)) return null;
  if (typeof now !== 'number' || typeof before !== 'number') return <span className={styles.change}> ≠</span>;
  const more = now - before;
  return <span className={styles.change}> {more > 0 ? `+${write(more)}` : write(more)}</span>;
}
