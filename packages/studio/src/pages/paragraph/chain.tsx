import { Link } from '@tanstack/react-router';
import type { ParagraphOriginView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes } from '../../ui/format.ts';
import { RecordLink } from '../../ui/links.tsx';
import { shortId } from '../../ui/record-names.tsx';
import { When } from '../../ui/when.tsx';
import styles from './chain.module.css';

type ChainView = ParagraphOriginView['chain'];

/** Each record and object on the way, one below the other, with what binds it to the one above. */
export function Chain({ chain }: { readonly chain: ChainView }) {
  return (
    <>
      <ol className={styles.chain}>
        {chain.nodes.map((node, i) => (
          <li key={node.ref}>
            {i > 0 && <span className={styles.role}>{roleBetween(chain, node.ref, chain.nodes[i - 1]?.ref)}</span>}
            {node.type === 'record' ? (
              <span className={styles.node}>
                <strong>{node.kind}</strong> <RecordLink hash={node.hash}>{shortId(node.id)}</RecordLink>{' '}
                <span className={styles.when}>
                  {node.version} · <When at={node.at} />
                </span>
              </span>
            ) : (
              <span className={styles.node}>
                <strong>object</strong> {node.names[0] ?? ''} <Digest hex={node.sha256} what="SHA-256" />{' '}
                <span className={styles.when}>{node.size !== null && bytes(node.size)}</span>
              </span>
            )}
          </li>
        ))}
      </ol>
      <p className={styles.all}>
        <Link to="/lineage" search={chain.nodes[0] ? { ref: chain.nodes[0].ref } : {}}>
          See it in the whole lineage
        </Link>
      </p>
    </>
  );
}

function roleBetween(chain: ChainView, from: string, to: string | undefined): string {
  const edge = chain.edges.find((one) => one.from === from && one.to === to);
  return edge ? edge.role : 'from';
}
