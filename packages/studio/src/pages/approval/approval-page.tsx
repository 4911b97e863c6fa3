import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { governanceQuery, type ProposalView, proposalQuery } from '../../api/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { RecordLink } from '../../ui/links.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Person } from '../../ui/person.tsx';
import { ProofDownload } from '../../ui/proof-download.tsx';
import { State } from '../../ui/state.tsx';
import { Instant, When } from '../../ui/when.tsx';
import styles from './approval-page.module.css';
import { Asked } from './asked.tsx';
import { HowToVote } from './how-to-vote.tsx';
import { Proposed } from './proposed.tsx';
import { Votes } from './votes.tsx';

const route = getRouteApi('/approvals/$id');

export function ApprovalPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(proposalQuery(id));
  const above = <Link to="/approvals">Approvals</Link>;
  if (data) return <Shown proposal={data} />;
  return (
    <Page title={`Proposal ${id.slice(0, 12)}`} above={above} facts=" ">
      {error ? <Failure error={error} again={() => void refetch()} /> : <Loading height={520} />}
    </Page>
  );
}

function Shown({ proposal }: { readonly proposal: ProposalView }) {
  const { id, target, state, proposer, record, base, expires, note, applied } = proposal;
  return (
    <Page
      title={`${target.kind}/${target.id}`}
      above={<Link to="/approvals">Approvals</Link>}
      facts={
        <>
          <State state={state} />
          <span>
            proposed <When at={record.at} /> by <Person person={proposer} />
          </span>
          <RecordLink hash={record.hash}>ledger record</RecordLink>
        </>
      }
      actions={<ProofDownload href={`/api/proposals/${id}/proof`}>Download the proof</ProofDownload>}
    >
      <div className={styles.columns}>
        <Panel title="What is proposed">
          <Facts
            facts={[
              ['Proposal', <code key="id">{id}</code>],
              ['Record', `${target.kind}/${target.id}`],
              ['Becomes', `revision ${target.revision}, version ${target.version}, ${target.event}`],
              [
                'Against',
                base ? (
                  <RecordLink key="base" hash={base.hash}>
                    revision {base.revision}, version {base.version}
                  </RecordLink>
                ) : (
                  'nothing: it would be the first revision'
                ),
              ],
              ['Proposer', <Person key="proposer" person={proposer} />],
              ['Open until', <Instant key="expires" at={expires} />],
              ['Note', note ?? undefined],
              [
                'Applied',
                applied ? (
                  <RecordLink key="applied" hash={applied.hash}>
                    revision {applied.revision}
                  </RecordLink>
                ) : undefined,
              ],
            ]}
          />
        </Panel>
        <HowToVote proposal={proposal} />
      </div>
      <div className={styles.columns}>
        <Asked proposal={proposal} />
        <Votes votes={proposal.votes} />
      </div>
      <Proposed proposal={proposal} />
      <AuditLine />
    </Page>
  );
}

function AuditLine() {
  const { data } = useQuery(governanceQuery);
  if (!data) return null;
  return (
    <p className={styles.audit} data-meaning={data.audit.ok ? 'done' : 'failed'}>
      <Link to="/approvals">The audit</Link> of the whole ledger{' '}
      {data.audit.ok
        ? 'finds that every change was allowed at its place.'
        : `names ${data.audit.findings.length} that were not allowed.`}
    </p>
  );
}
