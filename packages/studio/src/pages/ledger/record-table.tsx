import type { RecordSummary } from '../../api/index.ts';
import { count } from '../../ui/format.ts';
import { RecordLink } from '../../ui/links.tsx';
import { KindIcon, shortId } from '../../ui/record-names.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { When } from '../../ui/when.tsx';
import styles from './record-table.module.css';

const column = columnsOf<RecordSummary>();
const columns = [
  column.accessor('index', { header: 'Entry', cell: ({ row }) => count(row.original.index) }),
  column.accessor('kind', {
    header: 'Kind',
    cell: ({ row }) => (
      <span className={styles.kind}>
        <KindIcon kind={row.original.kind} />
        {row.original.kind}
      </span>
    ),
  }),
  column.accessor('id', {
    header: 'Id',
    cell: ({ row }) => <RecordLink hash={row.original.hash}>{shortId(row.original.id)}</RecordLink>,
  }),
  column.accessor('version', { header: 'Version', enableSorting: false }),
  column.accessor('event', { header: 'Event' }),
  column.accessor('at', { header: 'At', cell: ({ row }) => <When at={row.original.at} /> }),
  column.accessor('by', {
    header: 'By',
    cell: ({ row }) => <code title={row.original.by}>{row.original.by.slice(0, 12)}</code>,
  }),
  column.display({ id: 'hash', header: 'Record', cell: ({ row }) => <RecordLink hash={row.original.hash} /> }),
];
const numeric = ['index'];
const idOf = (record: RecordSummary) => record.hash;

export function RecordTable({ records }: { readonly records: readonly RecordSummary[] }) {
  return <Table label="Records" columns={columns} rows={records} rowId={idOf} numeric={numeric} />;
}
