import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { GovernanceView } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { RecordLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './audit-panel.module.css';

/** Whether every change was allowed at its place, as the server finds by replaying the ledger. */
export function AuditPanel({ audit: { ok, seen, findings } }: { readonly audit: GovernanceView['audit'] }) {
  return (
    <Panel title="Audit" hint="the ledger replayed by the server; assay policy audit does the same">
      {ok ? (
        <p className={styles.verdict} data-meaning="done">
          <IconShieldCheck size={18} aria-hidden /> {counted(seen, 'record')} replayed; each change was allowed at its
          place.
        </p>
      ) : (
        <div className={styles.broken} role="alert" data-meaning="failed">
          <p className={styles.verdict}>
            <IconAlertTriangle size={18} aria-hidden />
            <strong>{counted(findings.length, 'record was', 'records were')} not allowed.</strong>{' '}
            {counted(seen, 'record')} replayed.
          </p>
          <ul>
            {findings.map(({ index, record, hash, problems }) => (
              <li key={hash}>
                <RecordLink hash={hash}>
                  entry {index}, {record}
                </RecordLink>
                : {problems.join('; ')}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}
