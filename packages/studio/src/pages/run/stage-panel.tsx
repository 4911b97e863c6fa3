import { Button } from '@mantine/core';
import { IconFileCertificate, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { RunView, StageView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { seconds } from '../../ui/format.ts';
import { Json } from '../../ui/json.tsx';
import { RecordLink, RunLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import details from '../../ui/stage-details.module.css';
import { State } from '../../ui/state.tsx';
import { Instant } from '../../ui/when.tsx';
import { Because } from './because.tsx';
import { Log } from './log.tsx';
import { Ports } from './ports.tsx';
import styles from './stage-panel.module.css';

interface StagePanelProps {
  readonly run: RunView;
  readonly stage: StageView;
}

/** All that is known of one stage of a run: first why it ran or did not, then what it used and made. */
export function StagePanel({ run, stage }: StagePanelProps) {
  const isReused = stage.source !== null && stage.source !== run.id;
  return (
    <Panel
      title={`Stage ${stage.id}`}
      hint={stage.description}
      actions={
        <Link
          to="/runs/$run"
          params={{ run: run.id }}
          resetScroll={false}
          aria-label="Close this stage"
          className={details.close}
        >
          <IconX size={16} aria-hidden />
        </Link>
      }
    >
      <div className={details.panel}>
        <p className={`${details.why} ${styles.why}`}>
          <State state={stage.state} />
          <Because text={stage.because} source={stage.source} />
        </p>
        {stage.message && stage.state !== 'failed' && stage.state !== 'interrupted' && <p>{stage.message}</p>}
        <div className={details.columns}>
          <div className={details.part}>
            <h3>Inputs</h3>
            <Ports ports={stage.inputs} run={run.id} />
            <h3>Outputs</h3>
            <Ports ports={stage.outputs} run={run.id} />
            <LabelersLink run={run.id} stage={stage} />
          </div>
          <div className={details.part}>
            <h3>Facts</h3>
            <Facts
              facts={[
                ['Started', stage.started ? <Instant key="at" at={stage.started} /> : undefined],
                ['Took', stage.seconds === null ? undefined : seconds(stage.seconds)],
                ['Exit code', stage.exitCode ?? undefined],
                [
                  'Executed by',
                  isReused && stage.source ? <RunLink key="run" run={stage.source} stage={stage.id} /> : undefined,
                ],
                ['Cache key', stage.key ? <Digest key="key" hex={stage.key} what="cache key" /> : undefined],
                ['Record', stage.record ? <RecordLink key="record" hash={stage.record} /> : 'not sealed yet'],
              ]}
            />
            {stage.record && (
              <Button
                component="a"
                href={`/api/records/${stage.record}/receipt`}
                download
                variant="default"
                size="compact-sm"
                leftSection={<IconFileCertificate size={14} aria-hidden />}
              >
                Receipt
              </Button>
            )}
            {Object.keys(stage.parameters).length > 0 && (
              <>
                <h3>Parameters</h3>
                <Facts
                  facts={Object.entries(stage.parameters).map(([name, value]) => [
                    name,
                    <Json key={name} value={value} inline />,
                  ])}
                />
              </>
            )}
            <h3>{stage.commands.length === 1 ? 'Command' : 'Commands'}</h3>
            <pre className={details.commands}>{stage.commands.map((argv) => argv.join(' ')).join('\n')}</pre>
          </div>
        </div>
        {stage.hasLog && (
          <div className={details.part}>
            <h3>
              Log{stage.state === 'running' ? ', as it is written' : isReused ? ' of the run that executed it' : ''}
            </h3>
            <Log key={`${run.id} ${stage.id}`} run={run.id} stage={stage.id} isLive={stage.state === 'running'} />
          </div>
        )}
      </div>
    </Panel>
  );
}

/** The platform reads a comparison of labelers out of a port of this name. */
function LabelersLink({ run, stage }: { readonly run: string; readonly stage: StageView }) {
  if (!stage.outputs.some(({ port, object }) => port === 'comparison' && object)) return null;
  return (
    <p>
      <Link to="/labelers" search={{ run }}>
        See the labelers compared
      </Link>
    </p>
  );
}
