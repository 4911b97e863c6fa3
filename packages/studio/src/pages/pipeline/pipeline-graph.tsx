import { IconDatabase, IconStack2 } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { PipelineStageView } from '../../api/index.ts';
import { FlowGraph } from '../../graph/index.ts';
import styles from '../../ui/stage-box.module.css';
import { lookOf, State } from '../../ui/state.tsx';
import type { StageStanding, Standing } from './states.ts';

const route = getRouteApi('/pipeline');
const STAGE = { width: 200, height: 64 };
const SOURCE = { width: 180, height: 50 };

interface PipelineGraphProps {
  readonly stages: readonly PipelineStageView[];
  readonly standings: ReadonlyMap<string, StageStanding>;
  readonly groups: ReadonlyMap<string, readonly PipelineStageView[]>;
  /** Groups of which every stage is shown. */
  readonly opened: ReadonlySet<string>;
  readonly chosen: string | undefined;
}

/** Stages and the data they need, from left to right; the stages of a loop as one box unless it was opened. */
export function PipelineGraph({ stages, standings, groups, opened, chosen }: PipelineGraphProps) {
  const { boxes, arrows } = useMemo(() => {
    const boxOf = (stage: PipelineStageView) =>
      stage.group !== null && groups.has(stage.group) && !opened.has(stage.group) ? `${stage.group}@` : stage.id;
    const byId = new Map(stages.map((stage) => [stage.id, stage]));
    const drawn = new Map<string, PipelineStageView | readonly PipelineStageView[]>();
    const found = new Map<string, { from: string; to: string }>();
    for (const stage of stages) {
      const to = boxOf(stage);
      drawn.set(to, to === stage.id ? stage : (groups.get(stage.group ?? '') ?? stage));
      for (const id of stage.needs) {
        const need = byId.get(id);
        const from = need && boxOf(need);
        if (from !== undefined && from !== to) found.set(`${from} ${to}`, { from, to });
      }
    }
    return { boxes: [...drawn], arrows: [...found.values()] };
  }, [stages, groups, opened]);
  return (
    <FlowGraph
      label="Stages and what they need"
      arrows={arrows}
      boxes={boxes.map(([id, one]) => {
        if (!('id' in one))
          return { id, ...STAGE, content: <LoopBox name={id.slice(0, -1)} members={one} standings={standings} /> };
        const size = one.kind === 'stage' ? STAGE : SOURCE;
        const standing = standings.get(one.id)?.standing ?? 'looking';
        return { id, ...size, content: <StageBox stage={one} standing={standing} isChosen={one.id === chosen} /> };
      })}
    />
  );
}

interface StageBoxProps {
  readonly stage: PipelineStageView;
  readonly standing: Standing;
  readonly isChosen: boolean;
}

function StageBox({ stage, standing, isChosen }: StageBoxProps) {
  const search = route.useSearch();
  const isSource = stage.kind !== 'stage';
  return (
    <Link
      to="/pipeline"
      search={{ ...search, stage: stage.id }}
      resetScroll={false}
      className={styles.box}
      data-meaning={lookOf(standing).meaning}
      data-chosen={isChosen}
      data-source={isSource}
      title={stage.description ?? undefined}
    >
      <span className={styles.name}>
        {isSource && <IconDatabase size={14} aria-label={stage.kind} />}
        <span>{isSource ? (stage.outputs[0]?.path ?? stage.id) : stage.id}</span>
      </span>
      <span className={styles.state}>
        <State state={standing} />
      </span>
    </Link>
  );
}

interface LoopBoxProps {
  readonly name: string;
  readonly members: readonly PipelineStageView[];
  readonly standings: ReadonlyMap<string, StageStanding>;
}

function LoopBox({ name, members, standings }: LoopBoxProps) {
  const search = route.useSearch();
  const counts = new Map<Standing, number>();
  for (const { id } of members) {
    const standing = standings.get(id)?.standing ?? 'looking';
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  // What needs a look comes first.
  const worst = order.find((one) => counts.has(one)) ?? 'looking';
  const open = [...(search.open?.split(',') ?? []), name].join(',');
  return (
    <Link
      to="/pipeline"
      search={{ ...search, open }}
      resetScroll={false}
      className={styles.box}
      data-meaning={lookOf(worst).meaning}
      data-loop="true"
      title={`Show the ${members.length} stages of ${name}`}
    >
      <span className={styles.name}>
        <IconStack2 size={14} aria-hidden />
        <span>{name}</span>
        <span className={styles.many}>× {members.length}</span>
      </span>
      <span className={styles.state}>
        <State state={worst} />
        {counts.size > 1 && (
          <span>
            {counts.get(worst)} of {members.length}
          </span>
        )}
      </span>
    </Link>
  );
}

const order: readonly Standing[] = ['changed', 'never run', 'follows', 'looking', 'frozen', 'up to date'];
