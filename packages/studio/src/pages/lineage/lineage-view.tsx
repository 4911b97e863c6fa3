import { Checkbox, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { lineageQuery } from '../../api/index.ts';
import { FlowGraph } from '../../graph/index.ts';
import { counted } from '../../ui/format.ts';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { LineageBox } from './lineage-box.tsx';
import styles from './lineage-view.module.css';
import { NodePanel } from './node-panel.tsx';
import { visibleGraph } from './visible-graph.ts';

const route = getRouteApi('/lineage');
const DEPTH = 40;

/** What something came from, or what came of it, from left to right. */
export function LineageView({ root }: { readonly root: string }) {
  const { direction = 'up', node: chosen, ref } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(lineageQuery(root, direction, DEPTH));
  const [showData, setShowData] = useState(true);
  const [showContext, setShowContext] = useState(false);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const graph = useMemo(
    () => data && visibleGraph(data, { data: showData, context: showContext, folded }),
    [data, showData, showContext, folded],
  );
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data || !graph) return <Loading height={520} />;
  const fold = (one: string) => {
    const next = new Set(folded);
    if (!next.delete(one)) next.add(one);
    setFolded(next);
  };
  const shown = data.nodes.find((one) => one.ref === (chosen ?? data.root));
  return (
    <>
      <Panel
        title={direction === 'up' ? 'Where it came from' : 'What came of it'}
        hint={`${counted(graph.nodes.length, 'node')} of ${data.nodes.length}${data.truncated ? ', and there is more beyond' : ''}`}
        actions={
          <div className={styles.choices}>
            <Checkbox size="xs" label="data" checked={showData} onChange={() => setShowData(!showData)} />
            <Checkbox
              size="xs"
              label="runs and pipelines"
              checked={showContext}
              onChange={() => setShowContext(!showContext)}
            />
            <SegmentedControl
              size="xs"
              aria-label="Direction"
              data={[
                { value: 'up', label: 'came from' },
                { value: 'down', label: 'came of it' },
              ]}
              value={direction}
              onChange={(value) => void navigate({ search: { ref, direction: value === 'down' ? 'down' : undefined } })}
            />
          </div>
        }
      >
        <FlowGraph
          label="Lineage"
          tallest={620}
          arrows={graph.arrows}
          boxes={graph.nodes.map((one) => ({
            id: one.node.ref,
            width: 138,
            height: 54,
            content: (
              <LineageBox
                one={one}
                root={ref}
                direction={direction}
                isChosen={one.node.ref === shown?.ref}
                isFolded={folded.has(one.node.ref)}
                onFold={() => fold(one.node.ref)}
              />
            ),
          }))}
        />
      </Panel>
      {shown && <NodePanel node={shown} />}
    </>
  );
}
