import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { recordQuery, type TrackedRecordView, trackedRecordQuery } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Download } from '../../ui/download.tsx';
import { Facts } from '../../ui/facts.tsx';
import { bytes, count } from '../../ui/format.ts';
import { RecordLink } from '../../ui/links.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { ProofDownload } from '../../ui/proof-download.tsx';
import { ProofPanel } from '../../ui/proof-panel.tsx';
import { Instant, When } from '../../ui/when.tsx';
import { Changes } from './changes.tsx';
import { Compared } from './compared.tsx';
import { Metrics } from './metrics.tsx';
import { Revisions } from './revisions.tsx';
import styles from './tracked-page.module.css';

const route = getRouteApi('/track/$kind/$id');

/** A tracked record: one revision of it, what proves it, its history, and what can be done next. */
export function TrackedPage() {
  const { kind, id } = route.useParams();
  const { revision, with: other, sealed } = route.useSearch();
  const { data, error, refetch } = useQuery(trackedRecordQuery(kind, id, revision));
  const above = <Link to="/track">Track</Link>;
  if (!data) {
    return (
      <Page title={`${kind}/${id}`} above={above} facts=" ">
        {error ? <Failure error={error} again={() => void refetch()} /> : <Loading height={520} />}
      </Page>
    );
  }
  const { record, revisions } = data;
  const newest = revisions.at(-1)!;
  const isNewest = record.hash === newest.hash;
  return (
    <Page
      title={`${kind}/${id}`}
      above={above}
      facts={
        <>
          <span>
            version {record.version}, revision {record.revision} of {count(revisions.length)}, {record.event}
          </span>
          <span>
            <When at={record.at} /> by <code title={record.by}>{record.by.slice(0, 12)}</code>
          </span>
          {!isNewest && (
            <Link to="/track/$kind/$id" params={{ kind, id }}>
              see the newest
            </Link>
          )}
          <RecordLink hash={record.hash}>its entry in the ledger</RecordLink>
        </>
      }
      actions={<ProofDownload href={`/api/records/${record.hash}/receipt`}>Download the receipt</ProofDownload>}
    >
      {sealed === 'now' && isNewest && (
        <p className={styles.sealed} role="status" data-meaning="done">
          Sealed as entry {count(record.index)}. Keep the receipt: with it and the ledger’s key anyone can check this
          record offline, without this server.
        </p>
      )}
      {data.redacted && (
        <p className={styles.redacted} role="note" data-meaning="failed">
          The content of this revision was taken away by revision {data.redacted.revision},{' '}
          <Instant at={data.redacted.at} />, by <code>{data.redacted.by.slice(0, 12)}</code>
          {data.redacted.reason === null ? '.' : `: ${data.redacted.reason}`} Its entry and its proof are kept.
        </p>
      )}
      <div className={styles.columns}>
        <Content data={data} />
        <Seal hash={record.hash} />
      </div>
      <Metrics metrics={data.metrics} revisions={revisions} />
      <Revisions kind={kind} id={id} revisions={revisions} shown={record.revision} compared={other} />
      {other !== undefined && <Compared kind={kind} id={id} a={other} b={String(record.revision)} />}
      <Changes key={`${kind}/${id}`} data={data} />
    </Page>
  );
}

function Seal({ hash }: { readonly hash: string }) {
  const { data } = useQuery(recordQuery(hash));
  return data ? <ProofPanel record={data} /> : <Loading height={120} />;
}

function Content({ data }: { readonly data: TrackedRecordView }) {
  const { metadata, data: document, files, note, record } = data;
  return (
    <Panel title="What it says">
      <Facts
        facts={[
          ['Note', note ?? undefined],
          ['At', <Instant key="at" at={record.at} />],
          ['Metadata', `${metadata.format}, ${bytes(metadata.size)}`],
        ]}
      />
      <Text label="Metadata" text={metadata.text} isGone={data.redacted !== null} />
      {document && (
        <>
          <h3 className={styles.part}>
            Data <span className={styles.muted}>{`${document.format}, ${bytes(document.size)}`}</span>{' '}
            {data.redacted === null && (
              <Download
                artifact={{ name: 'data', sha256: document.sha256 }}
                saveAs={`${record.id.replaceAll('/', '-')}.${document.format}`}
              />
            )}
          </h3>
          <Text label="Data" text={document.text} isGone={data.redacted !== null} />
        </>
      )}
      {files.length > 0 && (
        <>
          <h3 className={styles.part}>Files</h3>
          <ul className={styles.files}>
            {files.map((file) => (
              <li key={file.name}>
                <span>{file.name}</span> <span className={styles.muted}>{bytes(file.size)}</span>
                <Digest hex={file.sha256} what={`SHA-256 of ${file.name}`} />
                <Digest hex={file.md5} what={`MD5 of ${file.name}`} />
                {data.redacted === null && (
                  <Download artifact={file} saveAs={file.name.split('/').at(-1) ?? file.name} />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Text({
  label,
  text,
  isGone,
}: {
  readonly label: string;
  readonly text: string | null;
  readonly isGone: boolean;
}) {
  if (isGone) return null;
  if (text === null) return <p className={styles.muted}>Not shown: it is no text, or too large.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.text} aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
