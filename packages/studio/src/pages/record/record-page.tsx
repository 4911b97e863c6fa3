import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type RecordView, recordQuery } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { count } from '../../ui/format.ts';
import { Json } from '../../ui/json.tsx';
import { RunLink } from '../../ui/links.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { ProofDownload } from '../../ui/proof-download.tsx';
import { ProofPanel } from '../../ui/proof-panel.tsx';
import { shortId } from '../../ui/record-names.tsx';
import { Instant, When } from '../../ui/when.tsx';
import { Artifacts } from './artifacts.tsx';
import styles from './record-page.module.css';
import { Related } from './related.tsx';

const route = getRouteApi('/records/$ref');

export function RecordPage() {
  const { ref } = route.useParams();
  const { data: record, error, refetch } = useQuery(recordQuery(ref));
  const above = <Link to="/ledger">Ledger</Link>;
  if (!record) {
    return (
      <Page title={`Record ${ref.slice(0, 10)}`} above={above} facts=" ">
        {error ? <Failure error={error} again={() => void refetch()} /> : <Loading height={520} />}
      </Page>
    );
  }
  return (
    <Page
      title={`${record.kind} ${shortId(record.id)}`}
      above={above}
      facts={
        <>
          <span>
            {record.version}, {record.event}
          </span>
          <span>
            sealed <When at={record.at} /> as entry {count(record.index)}
          </span>
          <Shown record={record} />
          <Link to="/lineage" search={{ ref: record.hash }}>
            lineage
          </Link>
        </>
      }
      actions={<ProofDownload href={`/api/records/${record.hash}/receipt`}>Download the receipt</ProofDownload>}
    >
      <div className={styles.columns}>
        <Panel title="What it says">
          <Facts
            facts={[
              ['Name', <Digest key="hash" hex={record.hash} what="record hash" />],
              ['Kind and id', `${record.kind}/${record.id}`],
              ['Revision', `${record.revision} (version ${record.version})`],
              ['Event', record.event],
              ['At', <Instant key="at" at={record.at} />],
              ['By', <code key="by">{record.by}</code>],
              ['Note', record.note ?? undefined],
            ]}
          />
        </Panel>
        <ProofPanel record={record} />
      </div>
      <Related title="From what" hint="what it names" links={record.parents} />
      <Related title="What came of it" hint="records that name it" links={record.children} />
      <Artifacts artifacts={record.artifacts} />
      <Body body={record.body} />
      {record.revisions.length > 1 && (
        <Panel title="Revisions">
          <ul className={styles.revisions}>
            {record.revisions.map((revision) => (
              <li key={revision.hash}>
                <Link to="/records/$ref" params={{ ref: revision.hash }} activeProps={{ 'aria-current': 'page' }}>
                  revision {revision.revision}
                </Link>{' '}
                version {revision.version}, <When at={revision.at} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Page>
  );
}

/** Where the record is shown as what it is. */
function Shown({ record: { kind, id, version } }: { readonly record: RecordView }) {
  const [first = '', second] = id.split('/');
  if (kind === 'run') return <RunLink run={first}>see the run</RunLink>;
  if (kind === 'stage-run' && second) return <RunLink run={first} stage={second}>{`see the stage in its run`}</RunLink>;
  if (kind === 'model-version' || kind === 'model-stage') {
    return (
      <Link to="/models/$name" params={{ name: first }} search={{ version }}>
        see the model
      </Link>
    );
  }
  return null;
}

function Body({ body }: { readonly body: RecordView['body'] }) {
  return (
    <Panel title="Body" hint={`${body.mediaType}, ${count(body.size)} bytes, sealed by its digest`}>
      {body.state === 'redacted' ? (
        <p>The body was redacted. Its digest stays sealed: {body.digest}</p>
      ) : body.text === null ? (
        <Json value={body.json} />
      ) : (
        <pre className={styles.text}>{body.text}</pre>
      )}
    </Panel>
  );
}
