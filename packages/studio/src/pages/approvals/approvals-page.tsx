import { useQuery } from '@tanstack/react-query';
import { governanceQuery, proposalsQuery } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { PolicyTable } from './policy-table.tsx';
import { ProposalTable } from './proposal-table.tsx';
import { RosterTable } from './roster-table.tsx';

export function ApprovalsPage() {
  const { data: proposals, error, refetch } = useQuery(proposalsQuery);
  const governance = useQuery(governanceQuery);
  const open = proposals?.items.filter(({ state }) => state === 'open' || state === 'approved').length ?? 0;
  return (
    <Page
      title="Approvals"
      facts={
        proposals && (
          <>
            <span>{counted(proposals.items.length, 'proposal')}</span>
            <span>{open} to be decided or applied</span>
          </>
        )
      }
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!proposals && !error && <Loading height={220} />}
      {proposals && (
        <Panel title="Proposals" hint="newest first" flush>
          {proposals.items.length === 0 ? (
            <Empty command="assay track create experiment/wine --metadata wine.json --propose">
              Nothing was proposed yet. Commands that change something take --propose:
            </Empty>
          ) : (
            <ProposalTable items={proposals.items} />
          )}
        </Panel>
      )}
      {governance.error && <Failure error={governance.error} again={() => void governance.refetch()} />}
      {!governance.data && !governance.error && <Loading height={320} />}
      {governance.data && (
        <>
          <AuditPanel audit={governance.data.audit} />
          <Panel title="Policies" hint="what guards which records" flush>
            {governance.data.policies.length === 0 ? (
              <Empty command="assay policy set 'model-stage/*/production' --approvals 2 --expires 7d">
                No policy: anything may be changed by whoever can seal. This asks for two approvals before a model goes
                to production:
              </Empty>
            ) : (
              <PolicyTable policies={governance.data.policies} />
            )}
          </Panel>
          <Panel title="Who votes" hint="the roster" flush>
            {governance.data.people.length === 0 ? (
              <Empty command="assay roster request">Nobody is in the roster yet.</Empty>
            ) : (
              <RosterTable people={governance.data.people} />
            )}
          </Panel>
        </>
      )}
    </Page>
  );
}
