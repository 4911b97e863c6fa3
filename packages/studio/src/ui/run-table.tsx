import type { RunSummary } from '../api/index.ts';
import { seconds } from './format.ts';
import { RecordLink, RunLink } from './links.tsx';
import { StageStrip } from './stage-strip.tsx';
import { State } from './state.tsx';
import { columnsOf, Table } from './table.tsx';
import { useNow, When } from './when.tsx';

const column = columnsOf<RunSummary>();
const columns = [
  column.accessor('id', { header: 'Run', cell: ({ row }) => <RunLink run={row.original.id} />, enableSorting: false }),
  column.accessor('state', { header: 'State', cell: ({ row }) => <State state={row.original.state} /> }),
  column.display({
    id: 'stages',
    header: 'Stages',
    cell: ({ row }) => <StageStrip stages={row.original.stages} />,
  }),
  column.accessor('started', { header: 'Started', cell: ({ row }) => <When at={row.original.started} /> }),
  column.accessor((run) => run.seconds ?? -1, {
    id: 'took',
    header: 'Took',
    cell: ({ row }) => <Took run={row.original} />,
  }),
  column.accessor('pipeline', {
    header: 'Pipeline',
    cell: ({ row }) => (
      <>
        {row.original.pipeline} <small>{row.original.version}</small>
      </>
    ),
  }),
  column.accessor('record', {
    header: 'Record',
    enableSorting: false,
    cell: ({ row }) => (row.original.record ? <RecordLink hash={row.original.record} /> : 'not sealed yet'),
  }),
];
const numeric = ['took'];
const idOf = (run: RunSummary) => run.id;

export function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  return <Table label="Runs" columns={columns} rows={runs} rowId={idOf} numeric={numeric} />;
}

/** How long a run took, or has taken until now. */
export function Took({ run }: { readonly run: { readonly started: string; readonly seconds: number | null } }) {
  const now = useNow(run.seconds === null ? 1000 : 0);
  return <>{seconds(run.seconds ?? Math.max(0, (now - Date.parse(run.started)) / 1000))}</>;
}
