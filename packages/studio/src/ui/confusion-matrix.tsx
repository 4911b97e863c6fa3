import styles from './confusion-matrix.module.css';
import { count } from './format.ts';
import { Label } from './label.tsx';

interface ConfusionMatrixProps {
  readonly caption: string;
  /** What the rows are, as `reference`. */
  readonly of: string;
  /** What the columns are, as the labeler's name. */
  readonly by: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** How often each label met each other one; the share of the row makes the ground darker, the agreements are framed. */
export function ConfusionMatrix({ caption, of, by, rows, columns, counts }: ConfusionMatrixProps) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={styles.scroll}
      aria-label={`${caption}: ${of} and ${by}`}
    >
      <table className={styles.matrix}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td className={styles.corner}>
              <span>
                {of} ↓ · {by} →
              </span>
            </td>
            {columns.map((column) => (
              <th key={column} scope="col">
                <Label label={column} />
              </th>
            ))}
            <th scope="col" className={styles.sum}>
              all
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => {
            const values = counts[i] ?? [];
            const all = values.reduce((sum, value) => sum + value, 0);
            return (
              <tr key={row}>
                <th scope="row">
                  <Label label={row} />
                </th>
                {columns.map((column, j) => {
                  const value = values[j] ?? 0;
                  const share = all === 0 ? 0 : Math.round((60 * value) / all);
                  return (
                    <td
                      key={column}
                      data-agrees={row === column}
                      style={{ background: `color-mix(in srgb, var(--a-neutral-fill) ${share}%, var(--a-surface))` }}
                    >
                      {count(value)}
                    </td>
                  );
                })}
                <td className={styles.sum}>{count(all)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
