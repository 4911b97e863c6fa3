import type { Comparison } from '../../api/index.ts';
import { percent, score } from '../../ui/format.ts';
import styles from './kappa-map.module.css';

/** Cohen's κ of each pair; a darker ground for more agreement, with the interval below the figure. */
export function KappaMap({ comparison: { labelers, pairs } }: { readonly comparison: Comparison }) {
  const find = (a: string, b: string) =>
    pairs.find((pair) => pair.labelers.includes(a) && pair.labelers.includes(b) && a !== b);
  return (
    <div className={styles.scroll}>
      <table className={styles.map}>
        <caption>Cohen’s κ of each pair, with its interval</caption>
        <thead>
          <tr>
            <td />
            {labelers.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labelers.map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {labelers.map((column) => {
                const pair = find(row, column);
                if (!pair) {
                  return (
                    <td key={column} className={styles.same}>
                      {row === column ? '·' : 'none'}
                    </td>
                  );
                }
                const { value, low, high } = pair.kappa;
                const share = Math.round(60 * Math.max(0, value ?? 0));
                return (
                  <td
                    key={column}
                    style={{ background: `color-mix(in srgb, var(--a-neutral-fill) ${share}%, var(--a-surface))` }}
                    title={`${row} and ${column}: ${pair.items} texts${pair.agreement === undefined ? '' : `, ${percent(pair.agreement)} alike`}`}
                  >
                    <span className={styles.value}>{value === undefined ? 'not defined' : score(value)}</span>
                    {low !== undefined && high !== undefined && (
                      <span className={styles.bounds}>
                        {score(low, 2)} to {score(high, 2)}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
