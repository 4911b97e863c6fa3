import type { ProposalView } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { RecordLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import { rolesOf } from '../../ui/person.tsx';
import { State } from '../../ui/state.tsx';
import styles from './asked.module.css';

/** What each policy that guards the change asks, and what is still missing of it. */
export function Asked({ proposal: { policies, approvals, state } }: { readonly proposal: ProposalView }) {
  const isDecided = state !== 'open' && state !== 'approved';
  return (
    <Panel title="What the policies ask" hint={isDecided ? 'as they are in force now' : counted(approvals, 'approval')}>
      {policies.length === 0 ? (
        <p>No policy guards this record: it can be applied without a vote.</p>
      ) : (
        <ul className={styles.policies}>
          {policies.map((policy) => (
            <li key={policy.ref}>
              <p className={styles.head}>
                <RecordLink hash={policy.ref.slice('record:'.length)}>{policy.id}</RecordLink>
                {!isDecided && <State state={policy.missing.length === 0 ? 'done' : 'waiting'} />}
              </p>
              <p>
                {counted(policy.approvals, 'approval')}
                {policy.roles.length > 0 && `, of these by role: ${rolesOf(policy)}`}; each person counts once, and the
                proposer does not.
              </p>
              {!isDecided && policy.missing.length > 0 && (
                <p>
                  <strong>Still missing:</strong> {policy.missing.join('; ')}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
