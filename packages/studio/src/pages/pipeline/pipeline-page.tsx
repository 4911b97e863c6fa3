import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { type PipelineView, pipelineQuery, pipelineStatesQuery } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Refresh } from '../../ui/refresh.tsx';
import { Head } from '../../ui/revision.tsx';
import { groupsOf } from './groups.ts';
import { Loops } from './loops.tsx';
import { StagePanel } from './stage-panel.tsx';
import { standingsOf } from './states.ts';
import { WhatWouldRun } from './what-would-run.tsx';

const PipelineGraph = lazy(() =>
  import('./pipeline-graph.tsx').then(({ PipelineGraph }) => ({ default: PipelineGraph })),
);
const route = getRouteApi('/pipeline');

export function PipelinePage() {
  const { data, error, refetch } = useQuery(pipelineQuery);
  const stages = data?.stages.filter(({ kind }) => kind === 'stage').length ?? 0;
  return (
    <Page
      title="Pipeline"
      facts={
        <>
          <Head />
          {data && <span>{counted(stages, 'stage')}</span>}
          {data && data.unused > 0 && (
            <span>
              {counted(data.unused, '.dvc file')} that no stage needs, <Link to="/data">among the data</Link>
            </span>
          )}
        </>
      }
      actions={<Refresh />}
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={360} />}
      {data && (stages > 0 ? <Stages pipeline={data} /> : <NoStages />)}
    </Page>
  );
}

function NoStages() {
  return (
    <Panel title="Stages" flush>
      <Empty command="assay stage add -n train -d data -o model COMMAND">
        There is no stage yet: no dvc.yaml says what is made of what.
      </Empty>
    </Panel>
  );
}

function Stages({ pipeline }: { readonly pipeline: PipelineView }) {
  const { stage: chosen, open } = route.useSearch();
  const { data: states, error, refetch } = useQuery(pipelineStatesQuery);
  const standings = useMemo(() => standingsOf(pipeline.stages, states), [pipeline, states]);
  const groups = useMemo(() => groupsOf(pipeline.stages), [pipeline]);
  const opened = useMemo(() => new Set(open?.split(',')), [open]);
  const stage = pipeline.stages.find(({ id }) => id === chosen);
  return (
    <>
      {error && <Failure error={error} again={() => void refetch()} />}
      <Panel title="Stages" actions={groups.size > 0 && <Loops groups={groups} opened={opened} />}>
        <Suspense fallback={<Loading height={200} />}>
          <PipelineGraph
            stages={pipeline.stages}
            standings={standings}
            groups={groups}
            opened={opened}
            chosen={stage?.id}
          />
        </Suspense>
      </Panel>
      {stage ? (
        <StagePanel stage={stage} standing={standings.get(stage.id)} />
      ) : (
        <WhatWouldRun stages={pipeline.stages} standings={standings} />
      )}
    </>
  );
}
