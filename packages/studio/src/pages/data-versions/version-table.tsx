import { useMemo } from 'react';
import type { DataHistoryView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes, count } from '../../ui/format.ts';
import { DiffLink } from '../../ui/links.tsx';
import { Refs } from '../../ui/revision.tsx';
import { State } from '../../ui/state.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { When } from '../../ui/when.tsx';
import styles from './version-table.module.css';

type Version = DataHistoryView['versions'][number];

interface Row extends Version {
  readonly path: string;
  /** The version that it came from, where it is known. */
  readonly before: Version | undefined;
}

const column = columnsOf<Row>();
const columns = [
  column.accessor('change', {
    header: 'Change',
    enableSorting: false,
    cell: ({ row }) => <State state={row.original.change} />,
  }),
  column.accessor('subject', {
    header: 'Commit',
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <span className={styles.commit}>
        <span className={styles.subject}>
          {original.subject}
          <Refs refs={original.refs} />
        </span>
        <span className={styles.by}>
          <Digest hex={original.commit} what="commit" /> {original.author}
        </span>
      </span>
    ),
  }),
  column.accessor('at', { header: 'When', enableSorting: false, cell: ({ row }) => <When at={row.original.at} /> }),
  column.accessor('size', {
    header: 'Size',
    enableSorting: false,
    cell: ({ row: { original } }) => <Amount now={original.size} before={original.before?.size} write={bytes} />,
  }),
  column.accessor('files', {
    header: 'Files',
    enableSorting: false,
    cell: ({ row: { original } }) => <Amount now={original.files} before={original.before?.files} write={count} />,
  }),
  column.accessor('hash', {
    header: 'Hash',
    enableSorting: false,
    cell: ({ row }) => (row.original.hash ? <Digest hex={row.original.hash} what="hash" /> : '–'),
  }),
  column.display({
    id: 'compare',
    header: 'Compare with',
    cell: ({ row: { original } }) => (
      <span className={styles.links}>
        {original.change !== 'added' && (
          <DiffLink from={original.before?.commit ?? `${original.commit}~1`} to={original.commit} place={original.path}>
            the one before
          </DiffLink>
        )}
        <DiffLink from={original.commit} to="workspace" place={original.path}>
          the workspace
        </DiffLink>
      </span>
    ),
  }),
];
const numeric = ['size', 'files'];
const idOf = (row: Row) => row.commit;

interface VersionTableProps {
  readonly path: string;
  readonly versions: readonly Version[];
  /** Each version comes from the next one; not so among branches. */
  readonly isLine: boolean;
}

export function VersionTable({ path, versions, isLine }: VersionTableProps) {
  const rows = useMemo(
    () => versions.map((version, i) => ({ ...version, path, before: isLine ? versions[i + 1] : undefined })),
    [path, versions, isLine],
  );
  return <Table label="Versions" columns={columns} rows={rows} rowId={idOf} numeric={numeric} />;
}

interface AmountProps {
  readonly now: number | null;
  readonly before: number | null | undefined;
  readonly write: (value: number) => string;
}

/** A number, and by how much it grew or shrank. */
function Amount({ now, before, write }: AmountProps) {
  if (now === null) return '–';
  const more = before === null || before === undefined ? 0 : now - before;
  return (
    <>
      {more !== 0 && (
        <span className={styles.more}>
          {more > 0 ? '+' : '−'}
          {write(Math.abs(more))}
        </span>
      )}{' '}
      {write(now)}
    </>
  );
}
