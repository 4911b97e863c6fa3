import type { ProposalView } from '../../api/index.ts';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { Person } from '../../ui/person.tsx';
import { State } from '../../ui/state.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { When } from '../../ui/when.tsx';

type Vote = ProposalView['votes'][number];
const words = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' } as const;
const column = columnsOf<Vote>();
const columns = [
  column.display({ id: 'by', header: 'Who', cell: ({ row }) => <Person person={row.original.by} /> }),
  column.display({ id: 'roles', header: 'Roles', cell: ({ row }) => row.original.by.roles.join(', ') || 'none' }),
  column.accessor('decision', {
    header: 'Vote',
    cell: ({ row: { original } }) => (
      <>
        <State state={words[original.decision]} />
        {!original.counts && ' not counted: no more in the roster'}
      </>
    ),
  }),
  column.accessor('at', { header: 'At', cell: ({ row }) => <When at={row.original.at} /> }),
];
const idOf = (vote: Vote) => vote.by.id;

/** Who decided what; of each person the last vote. */
export function Votes({ votes }: { readonly votes: readonly Vote[] }) {
  return (
    <Panel title="Votes" hint="the last of each person" flush>
      {votes.length === 0 ? (
        <Empty>Nobody has voted yet.</Empty>
      ) : (
        <Table label="Votes" columns={columns} rows={votes} rowId={idOf} />
      )}
    </Panel>
  );
}
