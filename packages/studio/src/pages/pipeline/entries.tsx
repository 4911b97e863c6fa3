import { Link } from '@tanstack/react-router';
import type { PipelineStageView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes, counted } from '../../ui/format.ts';
import styles from './entries.module.css';

interface EntriesProps {
  readonly entries: PipelineStageView['dependencies'] | PipelineStageView['outputs'];
}

/** What a stage needs or makes, as it was locked. */
export function Entries({ entries }: EntriesProps) {
  if (entries.length === 0) return <p className={styles.quiet}>None.</p>;
  return (
    <div className={styles.scroll}>
      <table className={styles.entries}>
        <tbody>
          {entries.map((one) => (
            <tr key={one.path}>
              <td className={styles.path}>
                {'role' in one || one.from ? (
                  <Link to="/data/versions" search={{ path: one.path }}>
                    {one.path}
                  </Link>
                ) : (
                  one.path
                )}{' '}
                <Remark entry={one} />
              </td>
              <td className={styles.size}>{one.size === null ? '' : bytes(one.size)}</td>
              <td>
                {one.hash ? <Digest hex={one.hash} what="hash" /> : <span className={styles.quiet}>not locked</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Remark({ entry }: { readonly entry: EntriesProps['entries'][number] }) {
  const words = [
    ...('from' in entry && entry.from ? [`from ${entry.from}`] : []),
    ...(entry.files === null ? [] : [counted(entry.files, 'file')]),
    ...('role' in entry && entry.role !== 'output' ? [entry.role] : []),
    ...('inCache' in entry && !entry.inCache ? ['not cached'] : []),
    ...('isKept' in entry && entry.isKept ? ['kept before a run'] : []),
  ];
  return <span className={styles.quiet}>{words.join(', ')}</span>;
}
