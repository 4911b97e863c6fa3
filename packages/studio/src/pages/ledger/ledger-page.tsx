import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { projectQuery, recordsQuery } from '../../api/index.ts';
import { count } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { RecordTable } from './record-table.tsx';
import { VerifyPanel } from './verify-panel.tsx';

const route = getRouteApi('/ledger');

export function LedgerPage() {
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: project } = useQuery(projectQuery);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(recordsQuery(kind));
  const records = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const all = kind ? project?.counts.find((one) => one.kind === kind)?.records : project?.ledger?.size;
  return (
    <Page title="Ledger" facts={project && <span>{project.origin}</span>}>
      <VerifyPanel />
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={520} />}
      {data && (
        <Panel
          title={kind ? `Records of kind ${kind}` : 'Records'}
          hint={`newest first${all === undefined ? '' : `; ${count(records.length)} of ${count(all)}`}`}
          actions={
            <NativeSelect
              aria-label="Kind of record"
              size="xs"
              value={kind ?? ''}
              data={[
                { value: '', label: 'every kind' },
                ...(project?.counts ?? []).map((one) => ({
                  value: one.kind,
                  label: `${one.kind} (${count(one.records)})`,
                })),
              ]}
              onChange={({ currentTarget: { value } }) => void navigate({ search: { kind: value || undefined } })}
            />
          }
          flush
        >
          {records.length === 0 ? (
            <Empty command="assay run pipeline.yaml">Nothing of that kind is sealed yet.</Empty>
          ) : (
            <RecordTable records={records} />
          )}
        </Panel>
      )}
      {hasNextPage && (
        <div>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older records
          </Button>
        </div>
      )}
    </Page>
  );
}
