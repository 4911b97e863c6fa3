import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type LineageNodeView, recordQuery } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { bytes } from '../../ui/format.ts';
import { RecordLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import { shortId } from '../../ui/record-names.tsx';
import { Instant } from '../../ui/when.tsx';
import styles from './node-panel.module.css';

type RecordNode = Extract<LineageNodeView, { readonly type: 'record' }>;
type ObjectNode = Extract<LineageNodeView, { readonly type: 'object' }>;

/** What is known of the chosen node, and where to go from it. */
export function NodePanel({ node }: { readonly node: LineageNodeView }) {
  return node.type === 'record' ? <RecordPanel node={node} /> : <ObjectPanel node={node} />;
}

function RecordPanel({ node }: { readonly node: RecordNode }) {
  const { data } = useQuery(recordQuery(node.hash));
  return (
    <Panel
      title={`${node.kind} ${shortId(node.id)}`}
      actions={
        <Link to="/lineage" search={{ ref: node.hash }}>
          lineage from here
        </Link>
      }
    >
      <div className={styles.columns}>
        <Facts
          facts={[
            ['Record', <RecordLink key="record" hash={node.hash} />],
            ['Version', `${node.version}, revision ${node.revision}, ${node.event}`],
            ['At', <Instant key="at" at={node.at} />],
            ['By', <code key="by">{node.by}</code>],
            ['Ledger', `entry ${node.index}`],
          ]}
        />
        <div className={styles.more}>
          <Ways node={node} />
          {data && data.artifacts.length > 0 && (
            <>
              <h3>Vouches for</h3>
              <ul className={styles.list}>
                {data.artifacts.map((artifact) => (
                  <li key={artifact.name}>
                    {artifact.name} <Digest hex={artifact.sha256} what="SHA-256" />{' '}
                    <span className={styles.size}>{bytes(artifact.size)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </div>
    </Panel>
  );
}

/** Where a record of a known kind is shown as what it is. */
function Ways({ node: { kind, id, version } }: { readonly node: RecordNode }) {
  const [first = '', second] = id.split('/');
  if (kind === 'run' || kind === 'stage-run') {
    return (
      <Link to="/runs/$run" params={{ run: first }} search={second ? { stage: second } : {}}>
        {kind === 'run' ? 'See the run' : 'See the stage in its run'}
      </Link>
    );
  }
  if (kind !== 'model-version' && kind !== 'model-stage') return null;
  const paragraphs = { to: '/models/$name/paragraphs', params: { name: first } } as const;
  return (
    <ul className={styles.list}>
      <li>
        <Link to="/models/$name" params={{ name: first }} search={{ version }}>
          See the model
        </Link>
      </li>
      <li>
        <Link {...paragraphs} search={{ version, part: 'train' }}>
          Its training paragraphs, each back to its filing
        </Link>
      </li>
      <li>
        <Link {...paragraphs} search={{ version, part: 'test' }}>
          Its test paragraphs
        </Link>
      </li>
      <li>
        <Link {...paragraphs} search={{ version, part: 'test', correct: 'false' }}>
          Test paragraphs it got wrong
        </Link>
      </li>
    </ul>
  );
}

function ObjectPanel({ node }: { readonly node: ObjectNode }) {
  return (
    <Panel
      title={node.names[0] ?? 'Data from outside'}
      actions={
        <Link to="/lineage" search={{ ref: node.ref, direction: 'down' }}>
          what came of it
        </Link>
      }
    >
      <Facts
        facts={[
          ['SHA-256', <Digest key="sha256" hex={node.sha256} what="SHA-256" />],
          ['MD5', node.md5 ? <Digest key="md5" hex={node.md5} what="MD5" /> : undefined],
          ['Size', node.size === null ? undefined : bytes(node.size)],
          ['Called', node.names.length > 0 ? node.names.join(', ') : undefined],
          [
            'Bytes',
            <a key="bytes" href={`/api/objects/${node.sha256}`} download>
              download
            </a>,
          ],
        ]}
      />
    </Panel>
  );
}
