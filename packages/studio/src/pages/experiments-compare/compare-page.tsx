import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type ExperimentRow, type ExperimentsView, experimentsQuery } from '../../api/index.ts';
import { labelsOf, varying } from '../../experiments/index.ts';
import { DiffLink } from '../../ui/links.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Refresh } from '../../ui/refresh.tsx';
import { CompareTable } from './compare-table.tsx';
import { Plots } from './plots.tsx';

const route = getRouteApi('/experiments/compare');

export function ComparePage() {
  const { scope = 'head', revs } = route.useSearch();
  const { data, error, refetch } = useQuery(experimentsQuery(scope));
  const rows = useMemo(() => {
    const byRev = new Map(data?.rows.map((row) => [row.rev, row]));
    return [...new Set(revs?.split(','))].flatMap((rev) => byRev.get(rev) ?? []);
  }, [data, revs]);
  return (
    <Page
      title="Compare"
      above={
        <Link to="/experiments" search={{ scope: scope === 'head' ? undefined : scope, revs }}>
          Experiments
        </Link>
      }
      actions={<Refresh />}
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={420} />}
      {data &&
        (rows.length > 0 ? (
          <Compared data={data} rows={rows} />
        ) : (
          <Panel title="Nothing to compare" flush>
            <Empty>
              Choose two or more rows of the table of <Link to="/experiments">experiments</Link>.
            </Empty>
          </Panel>
        ))}
    </Page>
  );
}

function Compared({ data, rows }: { readonly data: ExperimentsView; readonly rows: readonly ExperimentRow[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const labels = useMemo(() => {
    const all = labelsOf(data.rows);
    return rows.map(({ rev }) => all.get(rev) ?? rev.slice(0, 10));
  }, [data, rows]);
  const differing = useMemo(() => varying(data.columns, rows), [data, rows]);
  const places = data.columns.map((_, i) => i).filter((i) => search.rows === 'all' || differing.has(i));
  const of = (kind: 'metrics' | 'params') => places.filter((i) => data.columns[i]?.kind === kind);
  const [first, second] = labels;
  return (
    <>
      <Panel
        title="Parameters and metrics"
        hint={`differences from ${first}`}
        actions={
          <>
            {rows.length === 2 && first !== undefined && second !== undefined && (
              <DiffLink from={first} to={second}>
                What differs in the data
              </DiffLink>
            )}
            <SegmentedControl
              size="xs"
              aria-label="Which values"
              data={[
                { value: 'changed', label: 'Only what differs' },
                { value: 'all', label: 'All' },
              ]}
              value={search.rows ?? 'changed'}
              onChange={(value) =>
                void navigate({
                  search: { ...search, rows: value === 'all' ? 'all' : undefined },
                  replace: true,
                  resetScroll: false,
                })
              }
            />
          </>
        }
        flush
      >
        {places.length === 0 ? (
          <Empty>No parameter and no metric differs.</Empty>
        ) : (
          <CompareTable
            columns={data.columns}
            metrics={of('metrics')}
            params={of('params')}
            rows={rows}
            labels={labels}
          />
        )}
      </Panel>
      <Plots revisions={labels} />
    </>
  );
}
