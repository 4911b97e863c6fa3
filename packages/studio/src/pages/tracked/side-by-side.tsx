import type { TrackDiff } from '../../api/index.ts';
import styles from './side-by-side.module.css';

interface SideBySideProps {
  readonly metrics: TrackDiff['metrics'];
  readonly a: string;
  readonly b: string;
}

/** Each number of two revisions as a pair of bars on one scale. */
export function SideBySide({ metrics, a, b }: SideBySideProps) {
  const drawn = metrics.filter(({ before, after }) => before !== after);
  if (drawn.length === 0) return null;
  return (
    <table className={styles.pairs} aria-label="Numbers side by side">
      <tbody>
        {drawn.map(({ path, before, after }) => {
          const most = Math.max(size(before), size(after)) || 1;
          return (
            <tr key={path}>
              <th scope="row">
                <code>{path}</code>
              </th>
              <td>
                {[
                  { revision: a, value: before, look: 'before' },
                  { revision: b, value: after, look: 'after' },
                ].map(({ revision, value, look }) => (
                  <div key={look} className={styles.pair}>
                    <span className={styles.revision}>{revision}</span>
                    <span className={styles.track} aria-hidden="true">
                      <span data-look={look} style={{ width: `${(100 * size(value)) / most}%` }} />
                    </span>
                    <span className={styles.value}>{value ?? 'none'}</span>
                  </div>
                ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** For the length of a bar only: the digits are shown as they are. */
function size(value: string | null): number {
  const number = Math.abs(Number(value ?? 0));
  return Number.isFinite(number) ? number : 0;
}
