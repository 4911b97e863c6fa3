import { Link } from '@tanstack/react-router';
import type { RecordView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Panel } from '../../ui/page.tsx';
import { KindIcon, shortId } from '../../ui/record-names.tsx';
import styles from './related.module.css';

interface RelatedProps {
  readonly title: string;
  readonly hint: string;
  readonly links: RecordView['parents'];
}

/** Records and objects bound to this one, each with the role it has. */
export function Related({ title, hint, links }: RelatedProps) {
  if (links.length === 0) return null;
  return (
    <Panel title={title} hint={hint} flush>
      <table className={styles.links}>
        <tbody>
          {links.map(({ role, ref, record }) => (
            <tr key={`${role} ${ref}`}>
              <th scope="row">{role}</th>
              <td>
                <span className={styles.kind}>
                  <KindIcon kind={record?.kind ?? 'object'} />
                  {record?.kind ?? 'object'}
                </span>
              </td>
              <td className={styles.name}>
                {record ? (
                  <>
                    <Link to="/records/$ref" params={{ ref: record.hash }}>
                      {shortId(record.id)}
                    </Link>{' '}
                    {record.version}
                  </>
                ) : (
                  <Digest hex={ref.slice(ref.indexOf(':') + 1)} what="SHA-256" />
                )}
              </td>
              <td>
                <Link to="/lineage" search={{ ref }}>
                  lineage
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
