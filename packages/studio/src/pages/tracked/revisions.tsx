import { Link } from '@tanstack/react-router';
import type { TrackedRecordView } from '../../api/index.ts';
import { RecordLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { When } from '../../ui/when.tsx';

type Summary = TrackedRecordView['revisions'][number];

interface RevisionsProps {
  readonly kind: string;
  readonly id: string;
  readonly revisions: readonly Summary[];
  readonly shown: number;
  /** The revision that the shown one is compared with. */
  readonly compared: string | undefined;
}

/** All revisions, newest first: each can be shown, and compared with the shown one. */
export function Revisions({ kind, id, revisions, shown, compared }: RevisionsProps) {
  const column = columnsOf<Summary>();
  const params = { kind, id };
  const columns = [
    column.accessor('revision', {
      header: 'Revision',
      cell: ({ row: { original } }) => (
        <Link to="/track/$kind/$id" params={params} search={{ revision: String(original.revision) }}>
          {original.revision}
        </Link>
      ),
    }),
    column.accessor('version', { header: 'Version' }),
    column.accessor('event', { header: 'Event' }),
    column.accessor('at', { header: 'When', cell: ({ row }) => <When at={row.original.at} /> }),
    column.accessor('by', {
      header: 'By',
      cell: ({ row }) => <code title={row.original.by}>{row.original.by.slice(0, 12)}</code>,
    }),
    column.display({
      id: 'compare',
      header: 'Compare',
      cell: ({ row: { original } }) =>
        original.revision === shown ? (
          'shown'
        ) : (
          <Link
            to="/track/$kind/$id"
            params={params}
            search={{ revision: String(shown), with: String(original.revision) }}
            resetScroll={false}
          >
            {compared === String(original.revision) ? 'compared' : `with ${shown}`}
          </Link>
        ),
    }),
    column.accessor('hash', { header: 'Entry', cell: ({ row }) => <RecordLink hash={row.original.hash} /> }),
  ];
  return (
    <Panel title="Revisions" hint="nothing is erased; what was redacted keeps its proof" flush>
      <Table
        label="Revisions"
        columns={columns}
        rows={revisions.toReversed()}
        rowId={idOf}
        numeric={numeric}
        current={revisions.find(({ revision }) => revision === shown)?.hash}
      />
    </Panel>
  );
}

const numeric = ['revision'];
const idOf = ({ hash }: Summary) => hash;
