import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { runsQuery } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { RunTable } from '../../ui/run-table.tsx';
import { lookOf } from '../../ui/state.tsx';

const route = getRouteApi('/runs');
const states = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;
const stateChoices = [
  { value: '', label: 'every state' },
  ...states.map((value) => ({ value, label: lookOf(value).word })),
];

export function RunsPage() {
  const { state, pipeline } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(runsQuery);
  const all = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const runs = useMemo(
    () => all.filter((run) => (!state || run.state === state) && (!pipeline || run.pipeline === pipeline)),
    [all, state, pipeline],
  );
  const pipelines = [...new Set(all.map((run) => run.pipeline))].sort();
  const filters = (
    <>
      <NativeSelect
        aria-label="State"
        size="xs"
        data={stateChoices}
        value={state ?? ''}
        onChange={({ currentTarget: { value } }) =>
          navigate({ search: { pipeline, state: states.find((one) => one === value) } })
        }
      />
      {pipelines.length > 1 && (
        <NativeSelect
          aria-label="Pipeline"
          size="xs"
          data={[{ value: '', label: 'every pipeline' }, ...pipelines]}
          value={pipeline ?? ''}
          onChange={({ currentTarget: { value } }) => navigate({ search: { state, pipeline: value || undefined } })}
        />
      )}
    </>
  );
  return (
    <Page title="Runs">
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={360} />}
      {data && (
        <Panel
          title={counted(runs.length, 'run')}
          hint={
            hasNextPage ? `of the newest ${all.length}` : runs.length < all.length ? `of ${all.length}` : 'newest first'
          }
          actions={filters}
          flush
        >
          {all.length === 0 ? (
            <Empty command="assay run pipeline.yaml">Nothing has been run in this project yet.</Empty>
          ) : runs.length === 0 ? (
            <Empty>No run here is like that.</Empty>
          ) : (
            <RunTable runs={runs} />
          )}
        </Panel>
      )}
      {hasNextPage && (
        <div>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older runs
          </Button>
        </div>
      )}
    </Page>
  );
}
