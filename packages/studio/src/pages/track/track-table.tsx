import { Link } from '@tanstack/react-router';
import type { RecordSummary } from '../../api/index.ts';
import { count } from '../../ui/format.ts';
import { columnsOf, Table } from '../../ui/table.tsx';
import { When } from '../../ui/when.tsx';

const column = columnsOf<RecordSummary>();
const columns = [
  column.accessor('id', {
    header: 'Record',
    cell: ({ row: { original } }) => (
      <Link to="/track/$kind/$id" params={{ kind: original.kind, id: original.id }}>
        {original.id}
      </Link>
    ),
  }),
  column.accessor('kind', { header: 'Kind' }),
  column.accessor('version', { header: 'Version' }),
  column.accessor('revision', { header: 'Revision', cell: ({ row }) => count(row.original.revision) }),
  column.accessor('event', { header: 'Event' }),
  column.accessor('at', { header: 'When', cell: ({ row }) => <When at={row.original.at} /> }),
  column.accessor('by', {
    header: 'By',
    cell: ({ row }) => <code title={row.original.by}>{row.original.by.slice(0, 12)}</code>,
  }),
];
const numeric = ['revision'];
const idOf = ({ hash }: RecordSummary) => hash;

export function TrackTable({ records }: { readonly records: readonly RecordSummary[] }) {
  return <Table label="Tracked records" columns={columns} rows={records} rowId={idOf} numeric={numeric} />;
}
