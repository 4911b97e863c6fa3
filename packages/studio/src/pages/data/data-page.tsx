import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconCloudQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { dataStatesQuery, remoteStatesQuery, type TrackedView, trackedQuery } from '../../api/index.ts';
import { bytes, counted } from '../../ui/format.ts';
import { DiffLink } from '../../ui/links.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Refresh } from '../../ui/refresh.tsx';
import { Head } from '../../ui/revision.tsx';
import { DataTable } from './data-table.tsx';

const route = getRouteApi('/data');
/** Rows at first, and how many more at a time. */
const ROWS = 200;

export function DataPage() {
  const { data, error, refetch } = useQuery(trackedQuery);
  const size = data?.items.reduce((sum, one) => sum + (one.size ?? 0), 0) ?? 0;
  return (
    <Page
      title="Data"
      facts={
        <>
          <Head />
          {data && data.items.length > 0 && (
            <span>
              {bytes(size)} in {counted(data.items.length, 'file or folder', 'files and folders')}
            </span>
          )}
          <DiffLink from="HEAD" to="workspace">
            Compare revisions
          </DiffLink>
        </>
      }
      actions={<Refresh />}
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={360} />}
      {data && <Tracked items={data.items} />}
    </Page>
  );
}

function Tracked({ items }: { readonly items: readonly TrackedView[] }) {
  const { text, state } = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState(ROWS);
  const { data: states, error: statesError, refetch } = useQuery(dataStatesQuery);
  const remote = useQuery(remoteStatesQuery);
  const changed = useMemo(() => new Map(states?.changed.map((one) => [one.path, one.state])), [states]);
  const found = useMemo(() => {
    const part = text?.toLowerCase();
    return items.filter(
      ({ path, tracker }) =>
        (!state || changed.has(path)) && (!part || `${path}\n${tracker}`.toLowerCase().includes(part)),
    );
  }, [items, text, state, changed]);
  if (items.length === 0) {
    return (
      <Panel title="Tracked data" flush>
        <Empty command="assay add data">Nothing is tracked here yet: neither by a .dvc file nor by a stage.</Empty>
      </Panel>
    );
  }
  return (
    <>
      {statesError && <Failure error={statesError} again={() => void refetch()} />}
      {remote.error && <Failure error={remote.error} again={() => void remote.refetch()} />}
      <Panel
        title="Tracked data"
        hint={<Summary states={states} changed={changed.size} />}
        actions={
          <>
            <TextInput
              size="xs"
              type="search"
              aria-label="Part of the path"
              placeholder="part of the path"
              value={text ?? ''}
              onChange={({ currentTarget: { value } }) =>
                void navigate({ search: { state, text: value || undefined }, replace: true, resetScroll: false })
              }
            />
            <NativeSelect
              size="xs"
              aria-label="State"
              data={[
                { value: '', label: 'every state' },
                { value: 'changed', label: 'only changed' },
              ]}
              value={state ?? ''}
              onChange={({ currentTarget: { value } }) =>
                void navigate({ search: { text, state: value === 'changed' ? 'changed' : undefined } })
              }
            />
            <Button
              size="xs"
              variant="default"
              loading={remote.isFetching}
              onClick={() => void remote.refetch()}
              leftSection={<IconCloudQuestion size={14} aria-hidden />}
            >
              Ask the remote
            </Button>
          </>
        }
        flush
      >
        {found.length === 0 ? (
          <Empty>{state && !text ? 'Nothing has changed in the workspace.' : 'Nothing tracked is like that.'}</Empty>
        ) : (
          <DataTable items={found.slice(0, shown)} states={states ? changed : undefined} remote={remote.data} />
        )}
      </Panel>
      {found.length > shown && (
        <div>
          <Button variant="default" onClick={() => setShown(shown + ROWS)}>
            Show {Math.min(ROWS, found.length - shown)} more of {found.length}
          </Button>
        </div>
      )}
    </>
  );
}

function Summary({ states, changed }: { readonly states: unknown; readonly changed: number }) {
  if (!states) return <>looking at the workspace …</>;
  if (changed === 0) return <>the workspace is as its tracking files say</>;
  return (
    <>
      {changed} changed; <Link to="/data/diff">see which files</Link>
    </>
  );
}
