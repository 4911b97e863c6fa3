import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RunView, StageView } from '../../api/index.ts';
import { FlowGraph } from '../../graph/index.ts';
import styles from '../../ui/stage-box.module.css';
import { lookOf, State } from '../../ui/state.tsx';
import { StageTook } from './stage-took.tsx';

/** The stages from left to right, each after those it needs. */
export function StageGraph({ run, chosen }: { readonly run: RunView; readonly chosen: string | undefined }) {
  const arrows = useMemo(() => run.stages.flatMap(({ id, needs }) => needs.map((from) => ({ from, to: id }))), [run]);
  const boxes = run.stages.map((stage) => ({
    id: stage.id,
    width: 190,
    height: 78,
    content: <StageBox run={run.id} stage={stage} isChosen={stage.id === chosen} />,
  }));
  return <FlowGraph label="Stages and what they need" boxes={boxes} arrows={arrows} />;
}

interface StageBoxProps {
  readonly run: string;
  readonly stage: StageView;
  readonly isChosen: boolean;
}

function StageBox({ run, stage, isChosen }: StageBoxProps) {
  return (
    <Link
      to="/runs/$run"
      params={{ run }}
      search={{ stage: stage.id }}
      resetScroll={false}
      className={styles.box}
      data-meaning={lookOf(stage.state).meaning}
      data-chosen={isChosen}
      title={stage.because ?? undefined}
    >
      <span className={styles.name}>
        <span>{stage.id}</span>
      </span>
      {stage.group !== stage.id && <span className={styles.group}>{stage.group}</span>}
      <span className={styles.state}>
        <State state={stage.state} />
        <StageTook stage={stage} />
      </span>
    </Link>
  );
}
