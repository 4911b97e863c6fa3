import { Link } from '@tanstack/react-router';
import styles from './bars.module.css';

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly shown: string;
  /** What finds the records behind it. */
  readonly search?: string;
}

/** Values as bars, the largest over the whole width. */
export function Bars({ rows }: { readonly rows: readonly Bar[] }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table className={styles.bars}>
      <tbody>
        {rows.map(({ name, value, shown, search }) => (
          <tr key={name}>
            <th scope="row">
              {search === undefined ? (
                name
              ) : (
                <Link to="/track" search={{ q: search }}>
                  {name}
                </Link>
              )}
            </th>
            <td className={styles.value}>{shown}</td>
            <td className={styles.track} aria-hidden="true">
              <span style={{ width: `${(100 * value) / most}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
