import { Json } from '../../ui/json.tsx';
import styles from './values.module.css';

interface ValuesProps {
  readonly label: string;
  readonly values: readonly {
    readonly file: string;
    readonly name: string;
    readonly value?: unknown;
    /** When the stage was last run. */
    readonly locked?: unknown;
  }[];
}

/** Parameters or metrics with their values; what a parameter was when the stage was last run, where that differs. */
export function Values({ label, values }: ValuesProps) {
  const files = new Set(values.map(({ file }) => file));
  return (
    <table className={styles.values} aria-label={label}>
      <tbody>
        {values.map((one) => (
          <tr key={`${one.file} ${one.name}`}>
            <th scope="row">
              {one.name}
              {files.size > 1 && <span className={styles.file}> {one.file}</span>}
            </th>
            <td>
              {one.value === undefined ? (
                <span className={styles.file}>not there</span>
              ) : (
                <Json value={one.value} inline />
              )}
              {one.locked !== undefined && JSON.stringify(one.locked) !== JSON.stringify(one.value) && (
                <span className={styles.file}>
                  {' '}
                  was <Json value={one.locked} inline />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
