import type { SystemScores } from '../../api/index.ts';
import { count, score } from '../../ui/format.ts';
import { Label } from '../../ui/label.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';

type Row = SystemScores['perClass'][number];
const column = columnsOf<Row>();
const columns = [
  column.accessor('label', { header: 'Label', cell: ({ row }) => <Label label={row.original.label} /> }),
  column.accessor('precision', { header: 'Precision', cell: ({ row }) => score(row.original.precision) }),
  column.accessor('recall', { header: 'Recall', cell: ({ row }) => score(row.original.recall) }),
  column.accessor('f1', { header: 'F1', cell: ({ row }) => score(row.original.f1) }),
  column.accessor('support', { header: 'Texts', cell: ({ row }) => count(row.original.support) }),
];
const numeric = ['precision', 'recall', 'f1', 'support'];
const idOf = (row: Row) => row.label;

export function ClassScores({ system }: { readonly system: SystemScores }) {
  return <Table label="Scores by label" columns={columns} rows={system.perClass} rowId={idOf} numeric={numeric} />;
}
