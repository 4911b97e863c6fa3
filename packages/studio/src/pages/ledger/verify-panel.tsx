import { Button, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ledgerQuery } from '../../api/index.ts';
import { useSeal, verifySeal } from '../../seal/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { bytes, count, counted, instant, seconds } from '../../ui/format.ts';
import { Failure } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { Seal } from '../../ui/seal.tsx';
import styles from './verify-panel.module.css';

/** The ledger's seal, and the button that has this browser compute all of it again. */
export function VerifyPanel() {
  const { data: ledger } = useQuery(ledgerQuery);
  const { standing, problem, progress, verified, stopped } = useSeal();
  return (
    <Panel
      title="Seal"
      actions={
        <Button size="xs" onClick={() => void verifySeal()} disabled={progress !== undefined}>
          {verified ? 'Verify again' : 'Verify in this browser'}
        </Button>
      }
    >
      <div className={styles.panel}>
        <div
          className={styles.result}
          aria-live="polite"
          data-meaning={standing === 'broken' ? 'failed' : 'done'}
          data-broken={standing === 'broken'}
        >
          <Seal standing={standing} size={36} />
          <div className={styles.words}>
            {progress ? (
              <>
                <p>
                  Hashing {count(progress.done)} of {progress.total === 0 ? 'the' : count(progress.total)} records…
                </p>
                <Progress
                  value={progress.total === 0 ? 0 : (100 * progress.done) / progress.total}
                  aria-label="Records hashed"
                  color="ink"
                />
              </>
            ) : standing === 'broken' ? (
              <p>
                <strong>The seal is broken.</strong> {problem}
              </p>
            ) : standing === 'verified' && verified ? (
              <>
                <p>
                  <strong>The seal holds.</strong> This browser fetched all {counted(verified.size, 'record')} (
                  {bytes(verified.bytes)}), hashed each, computed the tree, and got the root that the ledger’s key
                  signed. It took {seconds(verified.seconds)}.
                </p>
                {verified.contains && verified.contains.size > 0 && (
                  <p>
                    The first {count(verified.contains.size)} are those this browser saw on{' '}
                    {instant(verified.contains.at)}: nothing of them was changed since.
                  </p>
                )}
              </>
            ) : standing === 'empty' ? (
              <p>Nothing is sealed yet.</p>
            ) : (
              <p>
                {standing === 'signed'
                  ? 'This browser checked the signature under the newest checkpoint. It has not yet computed the records’ hashes itself.'
                  : 'Checking the signature…'}
              </p>
            )}
            {stopped && <Failure error={new Error(`The check was not finished: ${stopped}`)} />}
          </div>
        </div>
        <p className={styles.limits}>
          What this does not prove: that what the records say is true; that their times are right; that the same ledger
          was shown to others; or that who holds the key did not write all of it anew before this browser first saw it.
          A checkpoint kept elsewhere, and <code>assay verify</code>, which also hashes bodies, objects and models, tell
          more.
        </p>
        {ledger && (
          <Facts
            facts={[
              ['Size', counted(ledger.size, 'record')],
              ['Key', <code key="vkey">{ledger.vkey}</code>],
              ['Root', verified ? <Digest key="root" hex={verified.root} what="root" /> : undefined],
            ]}
          />
        )}
        {ledger?.checkpoint && (
          <details>
            <summary>Checkpoint, as signed</summary>
            <pre className={styles.checkpoint}>{ledger.checkpoint}</pre>
          </details>
        )}
      </div>
    </Panel>
  );
}
