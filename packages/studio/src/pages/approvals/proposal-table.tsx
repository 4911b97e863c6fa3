import { Link } from '@tanstack/react-router';
import type { ProposalSummary } from '../../api/index.ts';
import { Person } from '../../ui/person.tsx';
import { State } from '../../ui/state.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { Instant, When } from '../../ui/when.tsx';

const column = columnsOf<ProposalSummary>();
const columns = [
  column.accessor(({ target }) => `${target.kind}/${target.id}`, {
    id: 'target',
    header: 'What is to change',
    cell: ({ row: { original } }) => (
      <Link to="/approvals/$id" params={{ id: original.id }}>
        {original.target.kind}/{original.target.id}
      </Link>
    ),
  }),
  column.accessor('state', { header: 'State', cell: ({ row }) => <State state={row.original.state} /> }),
  column.display({ id: 'version', header: 'To version', cell: ({ row }) => row.original.target.version }),
  column.accessor('approvals', { header: 'Approvals' }),
  column.display({
    id: 'proposer',
    header: 'Proposed by',
    cell: ({ row }) => <Person person={row.original.proposer} />,
  }),
  column.accessor(({ record }) => record.at, {
    id: 'at',
    header: 'At',
    cell: ({ row }) => <When at={row.original.record.at} />,
  }),
  column.accessor('expires', { header: 'Open until', cell: ({ row }) => <Instant at={row.original.expires} /> }),
];
const numeric = ['approvals'];
const idOf = (proposal: ProposalSummary) => proposal.id;

export function ProposalTable({ items }: { readonly items: readonly ProposalSummary[] }) {
  return <Table label="Proposals" columns={columns} rows={items} rowId={idOf} numeric={numeric} />;
}
