import { IconFile, IconFolder } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RemoteStates, TrackedView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes, count } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import styles from './data-table.module.css';

interface Row extends TrackedView {
  /** Undefined until it is known. */
  readonly state: string | undefined;
  /** Undefined where the remote was not asked. */
  readonly remote: string | undefined;
}

interface DataTableProps {
  readonly items: readonly TrackedView[];
  readonly states: ReadonlyMap<string, string> | undefined;
  readonly remote: RemoteStates | undefined;
}

const remoteWords = { new: 'not in the remote', deleted: 'only in the remote', missing: 'nowhere' } as const;
const column = columnsOf<Row>();
const columns = [
  column.accessor('path', {
    header: 'Path',
    cell: ({ row: { original } }) => (
      <Link to="/data/versions" search={{ path: original.path }} className={styles.path}>
        {original.isFolder ? <IconFolder size={15} aria-label="folder" /> : <IconFile size={15} aria-label="file" />}
        {original.path}
      </Link>
    ),
  }),
  column.accessor((row) => row.state ?? '', {
    id: 'state',
    header: 'State',
    cell: ({ row }) =>
      row.original.state ? <State state={row.original.state} /> : <span className={styles.none}>…</span>,
  }),
  column.accessor((row) => row.size ?? -1, {
    id: 'size',
    header: 'Size',
    cell: ({ row }) => (row.original.size === null ? '–' : bytes(row.original.size)),
  }),
  column.accessor((row) => row.files ?? -1, {
    id: 'files',
    header: 'Files',
    cell: ({ row }) => (row.original.files === null ? '–' : count(row.original.files)),
  }),
  column.accessor('hash', {
    header: 'Hash',
    enableSorting: false,
    cell: ({ row }) => (row.original.hash ? <Digest hex={row.original.hash} what="hash" /> : 'never saved'),
  }),
  column.accessor('tracker', { header: 'Tracked by', cell: ({ row }) => <Tracker item={row.original} /> }),
];
const remoteColumn = column.accessor((row) => row.remote ?? '', { id: 'remote', header: 'Remote' });
const numeric = ['size', 'files'];
const idOf = (row: Row) => row.path;

export function DataTable({ items, states, remote }: DataTableProps) {
  const rows = useMemo(() => {
    const there = new Map(remote?.different.map((one) => [one.path, remoteWords[one.state]]));
    return items.map((item) => ({
      ...item,
      state: states && (states.get(item.path) ?? 'clean'),
      remote: remote && (item.inCache ? (there.get(item.path) ?? 'there') : 'in git'),
    }));
  }, [items, states, remote]);
  const shown = remote ? [...columns, remoteColumn] : columns;
  return <Table label="Tracked data" columns={shown} rows={rows} rowId={idOf} numeric={numeric} />;
}

function Tracker({ item }: { readonly item: TrackedView }) {
  if (item.kind !== 'stage') {
    return (
      <>
        <code>{item.tracker}</code>
        {item.kind === 'import' && <span className={styles.none}> imported</span>}
      </>
    );
  }
  return (
    <>
      stage{' '}
      <Link to="/pipeline" search={{ stage: item.tracker }}>
        {item.tracker}
      </Link>
      {!item.inCache && <span className={styles.none}> not cached</span>}
    </>
  );
}
