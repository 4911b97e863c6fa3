import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { dataStatesQuery, historyQuery, type TrackedView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes, counted } from '../../ui/format.ts';
import { DiffLink } from '../../ui/links.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Refresh } from '../../ui/refresh.tsx';
import { State } from '../../ui/state.tsx';
import { VersionTable } from './version-table.tsx';

const route = getRouteApi('/data/versions');

export function DataVersionsPage() {
  const { path, of } = route.useSearch();
  if (path === undefined) {
    return (
      <Page title="Versions" above={<Link to="/data">Data</Link>}>
        <p>
          Choose what to see the versions of on the page of <Link to="/data">data</Link>.
        </p>
      </Page>
    );
  }
  return <Versions key={path} path={path} all={of === 'all'} />;
}

function Versions({ path, all }: { readonly path: string; readonly all: boolean }) {
  const navigate = route.useNavigate();
  const history = useInfiniteQuery(historyQuery(path, all));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = history;
  const tracked = data?.pages[0]?.tracked;
  const versions = data?.pages.flatMap((page) => page.versions) ?? [];
  return (
    <Page
      title={path}
      above={<Link to="/data">Data</Link>}
      facts={tracked ? <TrackedFacts tracked={tracked} /> : ' '}
      actions={<Refresh />}
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={300} />}
      {data && (
        <Panel
          title="Versions"
          hint="commits in which it changed, newest first"
          actions={
            <SegmentedControl
              size="xs"
              aria-label="Commits of"
              data={[
                { value: 'head', label: 'This branch' },
                { value: 'all', label: 'All branches' },
              ]}
              value={all ? 'all' : 'head'}
              onChange={(value) =>
                void navigate({ search: { path, of: value === 'all' ? 'all' : undefined }, replace: true })
              }
            />
          }
          flush
        >
          {versions.length === 0 ? (
            <Empty command={`git add ${tracked?.kind === 'stage' ? 'dvc.lock' : tracked?.tracker} && git commit`}>
              No commit {all ? 'of any branch' : 'of this branch'} has it yet.
            </Empty>
          ) : (
            <VersionTable path={path} versions={versions} isLine={!all} />
          )}
        </Panel>
      )}
      {hasNextPage && (
        <div>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Look further back
          </Button>
        </div>
      )}
    </Page>
  );
}

function TrackedFacts({ tracked }: { readonly tracked: TrackedView }) {
  const { data: states } = useQuery(dataStatesQuery);
  const state = states && (states.changed.find(({ path }) => path === tracked.path)?.state ?? 'clean');
  return (
    <>
      {state && <State state={state} />}
      {tracked.size !== null && <span>{bytes(tracked.size)}</span>}
      {tracked.files !== null && <span>{counted(tracked.files, 'file')}</span>}
      {tracked.hash && <Digest hex={tracked.hash} what="hash" />}
      <span>
        tracked by{' '}
        {tracked.kind === 'stage' ? (
          <Link to="/pipeline" search={{ stage: tracked.tracker }}>
            {tracked.tracker}
          </Link>
        ) : (
          <code>{tracked.tracker}</code>
        )}
      </span>
      {tracked.description && <span>{tracked.description}</span>}
      {state && state !== 'clean' && (
        <DiffLink from="HEAD" to="workspace" place={tracked.path}>
          What changed
        </DiffLink>
      )}
    </>
  );
}
