import { Link } from '@tanstack/react-router';
import type { ProjectView } from '../../api/index.ts';
import { useSeal } from '../../seal/index.ts';
import { count, counted } from '../../ui/format.ts';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { Seal, sealWords } from '../../ui/seal.tsx';
import styles from './ledger-card.module.css';

/** How many records of which kind are sealed, and how far the seal was checked. */
export function LedgerCard({ project }: { readonly project: ProjectView }) {
  const size = project.ledger?.size ?? 0;
  const { standing } = useSeal();
  return (
    <Panel title="Ledger" hint={<Link to="/ledger">records</Link>} flush={size === 0}>
      {size === 0 ? (
        <Empty command="assay run pipeline.yaml">Nothing is sealed yet. Every run seals what it used and made.</Empty>
      ) : (
        <div className={styles.card}>
          <p className={styles.seal}>
            <Seal standing={standing} size={20} />
            <span>
              {counted(size, 'record')}, {sealWords(standing)}
            </span>
          </p>
          <ul className={styles.kinds}>
            {project.counts.map(({ kind, records }) => (
              <li key={kind}>
                <Link to="/ledger" search={{ kind }}>
                  {kind}
                </Link>
                <span>{count(records)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}
