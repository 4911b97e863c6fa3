import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { type ExperimentsView, experimentsQuery } from '../../api/index.ts';
import { keyOf, matches, parseFilter, varying } from '../../experiments/index.ts';
import { counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Refresh } from '../../ui/refresh.tsx';
import { Head } from '../../ui/revision.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { ExperimentTable } from './experiment-table.tsx';
import { sortRows } from './sort-rows.ts';

const ParallelCoordinates = lazy(() =>
  import('./parallel-coordinates.tsx').then((module) => ({ default: module.ParallelCoordinates })),
);
const route = getRouteApi('/experiments');
const scopes = ['branches', 'past'] as const;

export function ExperimentsPage() {
  const { scope = 'head' } = route.useSearch();
  const { data, error, refetch } = useQuery(experimentsQuery(scope));
  const count = data?.rows.filter(({ kind }) => kind === 'experiment').length ?? 0;
  return (
    <Page
      title="Experiments"
      facts={
        <>
          <Head />
          {data && <span>{counted(count, 'experiment')}</span>}
        </>
      }
      actions={<Refresh />}
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={420} />}
      {data && <Experiments data={data} />}
    </Page>
  );
}

function Experiments({ data }: { readonly data: ExperimentsView }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const { scope, filter = '', sort, order, hide, columns: columnChoice, revs } = search;
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...part }, replace: true, resetScroll: false });
  const hidden = useMemo(() => new Set(hide?.split(',')), [hide]);
  const picked = useMemo(() => new Set(revs?.split(',')), [revs]);
  const rows = useMemo(() => {
    const terms = parseFilter(filter);
    const found = terms.length === 0 ? data.rows : data.rows.filter((row) => matches(row, data.columns, terms));
    return sortRows(found, data.columns, sort, order === 'desc');
  }, [data, filter, sort, order]);
  const changing = useMemo(() => varying(data.columns, data.rows), [data]);
  const shown = data.columns.flatMap((column, i) =>
    !hidden.has(keyOf(column)) && (columnChoice === 'all' || changing.has(i)) ? [i] : [],
  );
  const marked = data.rows.filter(({ rev }) => picked.has(rev)).map(({ rev }) => rev);
  return (
    <>
      <Panel
        title="Table"
        hint={rows.length < data.rows.length ? `${rows.length} of ${data.rows.length} rows` : ''}
        actions={
          <>
            <NativeSelect
              size="xs"
              aria-label="Experiments of"
              data={[
                { value: 'head', label: 'of this commit' },
                { value: 'branches', label: 'of branches and tags' },
                { value: 'past', label: 'of the last 100 commits' },
              ]}
              value={scope ?? 'head'}
              onChange={({ currentTarget: { value } }) => change({ scope: scopes.find((one) => one === value) })}
            />
            <TextInput
              size="xs"
              type="search"
              aria-label="Filter: a name, or a column and a value"
              placeholder="name, or accuracy>0.9"
              value={filter}
              onChange={({ currentTarget: { value } }) => change({ filter: value || undefined })}
            />
            <ColumnPicker
              columns={data.columns}
              changing={changing}
              hidden={hidden}
              showAll={columnChoice === 'all'}
              onHide={(keys) => change({ hide: keys.join(',') || undefined })}
              onShowAll={(all) => change({ columns: all ? 'all' : undefined })}
            />
            <Button
              size="xs"
              disabled={marked.length < 2}
              onClick={() => void go({ to: '/experiments/compare', search: { scope, revs: marked.join(',') } })}
              leftSection={<IconArrowsDiff size={14} aria-hidden />}
            >
              Compare {marked.length > 1 ? marked.length : ''}
            </Button>
          </>
        }
        flush
      >
        {data.rows.length === 0 ? (
          <Empty command="git commit">There is no commit here yet.</Empty>
        ) : rows.length === 0 ? (
          <Empty>No row is like that.</Empty>
        ) : (
          <ExperimentTable
            columns={data.columns}
            shown={shown}
            rows={rows}
            picked={picked}
            sort={sort}
            isDescending={order === 'desc'}
            onPick={(rev, isPicked) => {
              const next = isPicked ? [...marked, rev] : marked.filter((one) => one !== rev);
              change({ revs: next.join(',') || undefined });
            }}
            onSort={(key) =>
              change(
                sort !== key
                  ? { sort: key, order: undefined }
                  : order === 'desc'
                    ? { sort: undefined, order: undefined }
                    : { order: 'desc' },
              )
            }
          />
        )}
        {data.rows.every(({ kind }) => kind !== 'experiment') && data.rows.length > 0 && (
          <Empty command="assay exp run -n first -S param=value">There is no experiment of these commits yet.</Empty>
        )}
      </Panel>
      {rows.length > 1 && shown.length > 1 && (
        <Panel
          title="Side by side"
          hint="each line is a row of the table; a drag along an axis keeps those that cross it there"
        >
          <Suspense fallback={<Loading height={320} />}>
            <ParallelCoordinates columns={data.columns} shown={shown} rows={rows} picked={picked} />
          </Suspense>
        </Panel>
      )}
    </>
  );
}
