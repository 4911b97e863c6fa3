import { percent, score } from './format.ts';
import styles from './interval.module.css';

interface Bounds {
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly level?: number;
}

/** A figure and its interval, as text: `0.712 [0.651, 0.768]`. */
export function Interval({ value, low, high, level }: Bounds) {
  if (value === undefined) return <span className={styles.none}>not defined</span>;
  return (
    <span className={styles.interval}>
      <strong>{score(value)}</strong>
      {low !== undefined && high !== undefined && (
        <span className={styles.bounds} title={level ? `${percent(level, 0)} interval` : undefined}>
          [{score(low)}, {score(high)}]
        </span>
      )}
    </span>
  );
}

interface BarProps extends Bounds {
  readonly from?: number;
  readonly to?: number;
  /** Drawn in ink, among others in grey. */
  readonly strong?: boolean;
}

/** The same as a point with a line on a scale; only to be seen beside the text. */
export function IntervalBar({ value, low, high, from = 0, to = 1, strong = false }: BarProps) {
  if (value === undefined) return <span className={styles.bar} aria-hidden="true" />;
  const at = (x: number) => `${(100 * (Math.min(to, Math.max(from, x)) - from)) / (to - from)}%`;
  const [left, right] = [low ?? value, high ?? value];
  return (
    <span className={styles.bar} data-strong={strong} aria-hidden="true">
      {from < 0 && <span className={styles.zero} style={{ left: at(0) }} />}
      <span className={styles.line} style={{ left: at(left), right: `calc(100% - ${at(right)})` }} />
      <span className={styles.point} style={{ left: at(value) }} />
    </span>
  );
}
