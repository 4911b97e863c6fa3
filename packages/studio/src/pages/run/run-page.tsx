import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { type RunView, runQuery } from '../../api/index.ts';
import { RecordLink, shortRun } from '../../ui/links.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Took } from '../../ui/run-table.tsx';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import { FailedStage } from './failed-stage.tsx';
import { MadeModels } from './made-models.tsx';
import { Reasons } from './reasons.tsx';
import { RunFacts } from './run-facts.tsx';
import { StagePanel } from './stage-panel.tsx';
import { Timeline } from './timeline.tsx';

const StageGraph = lazy(() => import('./stage-graph.tsx').then(({ StageGraph }) => ({ default: StageGraph })));
const route = getRouteApi('/runs/$run');

export function RunPage() {
  const { run: id } = route.useParams();
  const { data: run, error, refetch } = useQuery(runQuery(id));
  const title = `Run ${shortRun(id)}`;
  const above = <Link to="/runs">Runs</Link>;
  if (error) {
    return (
      <Page title={title} above={above}>
        <Failure error={error} again={() => void refetch()} />
      </Page>
    );
  }
  if (!run) {
    return (
      <Page title={title} above={above} facts=" ">
        <Loading height={220} />
        <Loading height={320} />
      </Page>
    );
  }
  return (
    <Page
      title={title}
      above={above}
      facts={
        <>
          <State state={run.state} />
          <span>
            {run.pipeline} {run.version}
          </span>
          <span>
            started <When at={run.started} />
          </span>
          <span>
            took <Took run={run} />
          </span>
          <span>
            {run.record ? (
              <RecordLink hash={run.record}>sealed as {run.record.slice(0, 10)}</RecordLink>
            ) : (
              'not sealed yet'
            )}
          </span>
          {run.record && <MadeModels record={run.record} />}
        </>
      }
    >
      <FailedStage run={run} />
      <Stages run={run} />
    </Page>
  );
}

function Stages({ run }: { readonly run: RunView }) {
  const { stage: chosen, view } = route.useSearch();
  const navigate = route.useNavigate();
  const stage = run.stages.find(({ id }) => id === chosen);
  return (
    <>
      <Panel
        title="Stages"
        actions={
          <SegmentedControl
            size="xs"
            aria-label="How the stages are shown"
            data={[
              { value: 'graph', label: 'Graph' },
              { value: 'timeline', label: 'Timeline' },
            ]}
            value={view ?? 'graph'}
            onChange={(value) =>
              void navigate({
                search: { stage: chosen, view: value === 'timeline' ? 'timeline' : undefined },
                replace: true,
                resetScroll: false,
              })
            }
          />
        }
      >
        {view === 'timeline' ? (
          <Timeline run={run} chosen={chosen} />
        ) : (
          <Suspense fallback={<Loading height={140} />}>
            <StageGraph run={run} chosen={chosen} />
          </Suspense>
        )}
      </Panel>
      {stage ? <StagePanel run={run} stage={stage} /> : <Reasons run={run} />}
      <RunFacts run={run} />
    </>
  );
}
