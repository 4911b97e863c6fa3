import { getRouteApi, Link } from '@tanstack/react-router';
import type { DataChange } from '../../api/index.ts';
import { bytes } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import styles from './change-table.module.css';

const route = getRouteApi('/data/diff');
const column = columnsOf<DataChange>();
const columns = [
  column.accessor('kind', {
    header: 'Change',
    enableSorting: false,
    cell: ({ row }) => <State state={row.original.kind} />,
  }),
  column.accessor('path', { header: 'File', enableSorting: false, cell: ({ row }) => <File change={row.original} /> }),
  column.display({ id: 'before', header: 'Before', cell: ({ row }) => <Size side={row.original.before} /> }),
  column.display({ id: 'after', header: 'After', cell: ({ row }) => <Size side={row.original.after} /> }),
  column.display({ id: 'more', header: 'By', cell: ({ row }) => <More change={row.original} /> }),
];
const numeric = ['before', 'after', 'more'];
const idOf = (change: DataChange) => change.path;

export function ChangeTable({
  items,
  chosen,
}: {
  readonly items: readonly DataChange[];
  readonly chosen: string | undefined;
}) {
  return <Table label="Changes" columns={columns} rows={items} rowId={idOf} numeric={numeric} current={chosen} />;
}

function File({ change: { path, newPath } }: { readonly change: DataChange }) {
  const search = route.useSearch();
  return (
    <Link to="/data/diff" search={{ ...search, file: path }} resetScroll={false} replace className={styles.file}>
      {path}
      {newPath && <span className={styles.now}> → {newPath}</span>}
    </Link>
  );
}

function Size({ side }: { readonly side: DataChange['before'] }) {
  if (!side) return null;
  return side.size === null ? <span title="its bytes are not here">?</span> : bytes(side.size);
}

function More({ change: { before, after } }: { readonly change: DataChange }) {
  if (before?.size === null || after?.size === null) return null;
  const more = (after?.size ?? 0) - (before?.size ?? 0);
  return more === 0 ? '0' : `${more > 0 ? '+' : '−'}${bytes(Math.abs(more))}`;
}
