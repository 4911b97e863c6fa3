import type { PolicyView } from '../../api/index.ts';
import { RecordLink } from '../../ui/links.tsx';
import { rolesOf } from '../../ui/person.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { span } from './span.ts';

const column = columnsOf<PolicyView>();
const columns = [
  column.accessor('id', {
    header: 'Policy',
    cell: ({ row }) => <RecordLink hash={row.original.ref.slice('record:'.length)}>{row.original.id}</RecordLink>,
  }),
  column.accessor('approvals', { header: 'Approvals' }),
  column.display({ id: 'roles', header: 'Of these by role', cell: ({ row }) => rolesOf(row.original) || 'any' }),
  column.accessor('expiresSeconds', {
    header: 'A proposal is open for',
    cell: ({ row }) => span(row.original.expiresSeconds),
  }),
];
const numeric = ['approvals'];
const idOf = (policy: PolicyView) => policy.id;

export function PolicyTable({ policies }: { readonly policies: readonly PolicyView[] }) {
  return <Table label="Policies" columns={columns} rows={policies} rowId={idOf} numeric={numeric} />;
}
