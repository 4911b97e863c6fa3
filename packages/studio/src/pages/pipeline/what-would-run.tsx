import { getRouteApi, Link } from '@tanstack/react-router';
import type { PipelineStageView } from '../../api/index.ts';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from '../../ui/stage-list.module.css';
import { State } from '../../ui/state.tsx';
import { inWords, type StageStanding } from './states.ts';

const route = getRouteApi('/pipeline');
const moving = new Set(['changed', 'never run', 'follows', 'modified']);

interface WhatWouldRunProps {
  readonly stages: readonly PipelineStageView[];
  readonly standings: ReadonlyMap<string, StageStanding>;
}

/** Every stage and source that is not as it was locked, and why. */
export function WhatWouldRun({ stages, standings }: WhatWouldRunProps) {
  const search = route.useSearch();
  const found = stages.flatMap((stage) => {
    const one = standings.get(stage.id);
    return one && moving.has(one.standing) ? [{ stage, ...one }] : [];
  });
  const isLooking = [...standings.values()].some(({ standing }) => standing === 'looking');
  if (isLooking) {
    return (
      <Panel title="What would run" hint="looking at the workspace …" flush>
        <Empty>What has changed is being looked for.</Empty>
      </Panel>
    );
  }
  if (found.length === 0) {
    return (
      <Panel title="What would run" flush>
        <Empty>Nothing: data and stages are up to date.</Empty>
      </Panel>
    );
  }
  return (
    <Panel title="What changed, and what would run" actions={<Command line="assay repro" />}>
      <ul className={styles.list}>
        {found.map(({ stage, standing, reasons, after }) => (
          <li key={stage.id}>
            <Link to="/pipeline" search={{ ...search, stage: stage.id }} resetScroll={false}>
              {stage.id}
            </Link>
            <State state={standing} />
            <span>
              {[
                ...reasons.map(inWords),
                ...(reasons.length === 0 && after.length > 0 ? [`after ${after.join(', ')}`] : []),
              ].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
