import type { GovernanceView } from '../../api/index.ts';
import { columnsOf, Table } from '../../ui/table.tsx';

type Voter = GovernanceView['people'][number];
const column = columnsOf<Voter>();
const columns = [
  column.accessor(({ label, id }) => label ?? id.slice(0, 12), { id: 'label', header: 'Who' }),
  column.display({ id: 'roles', header: 'Roles', cell: ({ row }) => row.original.roles.join(', ') || 'none' }),
  column.accessor('id', { header: 'Id', cell: ({ row }) => <code>{row.original.id}</code> }),
];
const idOf = (person: Voter) => person.id;

export function RosterTable({ people }: { readonly people: readonly Voter[] }) {
  return <Table label="Who votes" columns={columns} rows={people} rowId={idOf} />;
}
