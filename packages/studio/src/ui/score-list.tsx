import type { ReactNode } from 'react';
import { score } from './format.ts';
import { Interval, IntervalBar } from './interval.tsx';
import styles from './score-list.module.css';

interface ScoreRow {
  readonly name: string;
  readonly what?: ReactNode;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly strong?: boolean;
}

interface ScoreListProps {
  readonly caption: string;
  readonly rows: readonly ScoreRow[];
  readonly from?: number;
  readonly to?: number;
}

/** Figures below each other, each with its interval in numbers and drawn on one scale. */
export function ScoreList({ caption, rows, from = 0, to = 1 }: ScoreListProps) {
  return (
    <table className={styles.scores}>
      <caption>{caption}</caption>
      <tbody>
        {rows.map(({ name, what, strong = false, ...figure }) => (
          <tr key={name} data-strong={strong}>
            <th scope="row">
              <span className={styles.name}>{name}</span> {what && <span className={styles.what}>{what}</span>}
            </th>
            <td className={styles.figure}>
              <Interval {...figure} />
            </td>
            <td className={styles.bar}>
              <IntervalBar {...figure} from={from} to={to} strong={strong} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot aria-hidden="true">
        <tr>
          <td colSpan={2} />
          <td className={styles.scale}>
            <span>{score(from, 1)}</span>
            <span>{score((from + to) / 2, 1)}</span>
            <span>{score(to, 1)}</span>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
