import { IconX } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { PipelineStageView } from '../../api/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { RunLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import details from '../../ui/stage-details.module.css';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import { Entries } from './entries.tsx';
import styles from './stage-panel.module.css';
import { inWords, type StageStanding } from './states.ts';
import { Values } from './values.tsx';

const route = getRouteApi('/pipeline');

interface StagePanelProps {
  readonly stage: PipelineStageView;
  readonly standing: StageStanding | undefined;
}

/** All that is known of a stage: how it stands and why, its command, what it needs and makes. */
export function StagePanel({ stage, standing }: StagePanelProps) {
  const search = route.useSearch();
  const isStage = stage.kind === 'stage';
  return (
    <Panel
      title={isStage ? `Stage ${stage.id}` : (stage.outputs[0]?.path ?? stage.id)}
      hint={stage.description}
      actions={
        <Link
          to="/pipeline"
          search={{ ...search, stage: undefined }}
          resetScroll={false}
          aria-label="Close this stage"
          className={details.close}
        >
          <IconX size={16} aria-hidden />
        </Link>
      }
    >
      <div className={details.panel}>
        {standing && <Why stage={stage} standing={standing} />}
        {stage.commands.length > 0 && <pre className={details.commands}>{stage.commands.join('\n')}</pre>}
        <div className={details.columns}>
          <div className={details.part}>
            {stage.dependencies.length > 0 && (
              <>
                <h3>Dependencies</h3>
                <Entries entries={stage.dependencies} />
              </>
            )}
            <h3>Outputs</h3>
            <Entries entries={stage.outputs} />
          </div>
          <div className={details.part}>
            {stage.parameters.length > 0 && (
              <>
                <h3>Parameters</h3>
                <Values label="Parameters" values={stage.parameters} />
              </>
            )}
            {stage.metrics.length > 0 && (
              <>
                <h3>Metrics</h3>
                <Values label="Metrics" values={stage.metrics} />
              </>
            )}
            <h3>Facts</h3>
            <Facts
              facts={[
                ['File', <code key="file">{stage.file}</code>],
                ['Runs in', stage.directory === '.' || !isStage ? undefined : <code key="in">{stage.directory}</code>],
                ['Last run', isStage ? <LastRun key="run" stage={stage} /> : undefined],
              ]}
            />
          </div>
        </div>
      </div>
    </Panel>
  );
}

function Why({ stage, standing: { standing, reasons, after } }: { stage: PipelineStageView; standing: StageStanding }) {
  const words = [
    ...(stage.isFrozen ? ['it is frozen: repro leaves it as it is'] : []),
    ...reasons.map(inWords),
    ...(after.length > 0 ? [`${after.join(', ')} would run before it`] : []),
  ];
  return (
    <div className={details.why}>
      <State state={standing} />
      {words.length > 0 && (
        <ul className={styles.reasons}>
          {words.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function LastRun({ stage }: { readonly stage: PipelineStageView }) {
  const { lastRun } = stage;
  if (!lastRun) return <>not in the newest runs here</>;
  return (
    <span className={styles.last}>
      <RunLink run={lastRun.run} stage={stage.id} />
      <State state={lastRun.state} />
      {lastRun.ended && <When at={lastRun.ended} />}
    </span>
  );
}
