import { useQuery } from '@tanstack/react-query';
import { ledgerQuery, type ProposalView } from '../../api/index.ts';
import { Command } from '../../ui/command.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './how-to-vote.module.css';

const over: Readonly<Partial<Record<ProposalView['state'], string>>> = {
  rejected: 'It was rejected: no more votes count.',
  withdrawn: 'Its proposer took it back.',
  expired: 'Its time is over: propose it again.',
  stale: 'What it builds on, or a policy that guards it, has changed since: propose it again.',
  applied: 'It was applied.',
};

/** The commands by which a person of the roster decides; this page has no key to vote with. */
export function HowToVote({ proposal: { id, state } }: { readonly proposal: ProposalView }) {
  const { data: ledger } = useQuery(ledgerQuery);
  const ended = over[state];
  return (
    <Panel title={ended === undefined ? 'How to decide' : 'How it ended'}>
      <div className={styles.ways}>
        {ended === undefined ? (
          <>
            <p>
              A vote is signed by the key of a person of the roster, in their own home. The studio’s server does not
              have these keys, so one cannot vote on this page.
            </p>
            {state === 'approved' && (
              <>
                <p>
                  <strong>It is approved.</strong> Whoever can seal applies it:
                </p>
                <Command line={`assay apply ${id}`} />
              </>
            )}
            <p>For it, or against it:</p>
            <Command line={`assay approve ${id}`} />
            <Command line={`assay reject ${id}`} />
            <p>Its proposer takes it back:</p>
            <Command line={`assay withdraw ${id}`} />
            <p>From a home that cannot add to this ledger, signed into a file that another one seals:</p>
            <Command line={`assay approve ${id} --out vote.json`} />
            <Command line="assay approve --signed vote.json" />
          </>
        ) : (
          <p>{ended}</p>
        )}
        {ledger && (
          <>
            <p>The proof, once downloaded as proof.json, holds without this project where it was applied:</p>
            <Command line={`assay verify --proposal proof.json --key '${ledger.vkey}'`} />
          </>
        )}
      </div>
    </Panel>
  );
}
