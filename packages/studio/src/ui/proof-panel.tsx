import { useQuery } from '@tanstack/react-query';
import { ledgerQuery, type RecordView } from '../api/index.ts';
import { count } from './format.ts';
import { Panel } from './page.tsx';
import styles from './proof-panel.module.css';
import { Seal } from './seal.tsx';

/** The record's seal: computed in this browser from its bytes, its proof and the ledger's key. */
export function ProofPanel({ record }: { readonly record: RecordView }) {
  const { data: ledger } = useQuery(ledgerQuery);
  const { hash, index, proof } = record;
  const { data: inclusion } = useQuery({
    queryKey: ['inclusion', hash, proof?.checkpoint, ledger?.vkey],
    enabled: proof !== null && ledger !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { checkInclusion } = await import('../seal/check-inclusion.ts');
      if (!proof || !ledger) throw new Error('nothing to check');
      return checkInclusion({ hash, index, proof }, ledger.vkey);
    },
  });
  if (inclusion?.holds === false) {
    return (
      <Panel title="Seal">
        <div className={styles.broken} role="alert" data-meaning="failed">
          <Seal standing="broken" size={24} />
          <p>
            <strong>The seal of this record is broken:</strong> {inclusion.problem}. Do not rely on it.
          </p>
        </div>
      </Panel>
    );
  }
  return (
    <Panel title="Seal" hint="computed in this browser">
      <div className={styles.seal}>
        <Seal standing={inclusion ? 'verified' : 'unchecked'} size={24} />
        {proof === null ? (
          <p>It is in the ledger, but no checkpoint covers it yet.</p>
        ) : inclusion ? (
          <div className={styles.words}>
            <p>
              Its bytes hash to its name, and a proof of {count(proof.path.length)} hashes leads from it to the root of{' '}
              {count(inclusion.size)} records that the ledger’s key signed.
            </p>
            <p className={styles.limits}>
              That does not prove that what it says is true, nor when it was written: its time is a claim, its place in
              the order is not.
            </p>
          </div>
        ) : (
          <p>Checking…</p>
        )}
      </div>
    </Panel>
  );
}
