import type { TrackDiff, TrackPlan } from '../api/index.ts';
import { Digest } from '../ui/digest.tsx';
import { bytes } from '../ui/format.ts';
import { columnsOf, Table } from '../ui/table.tsx';
import styles from './field-changes.module.css';

type Change = TrackDiff['changes'][number];

const column = columnsOf<Change>();
const value = (text: string | null) =>
  text === null ? <span className={styles.none}>none</span> : <code>{text}</code>;
const columns = [
  column.accessor('path', { header: 'Field', cell: ({ row }) => <code>{row.original.path}</code> }),
  column.accessor('change', { header: 'Change' }),
  column.accessor('before', { header: 'Before', cell: ({ row }) => value(row.original.before) }),
  column.accessor('after', { header: 'After', cell: ({ row }) => value(row.original.after) }),
];
const idOf = ({ path }: Change) => path;

/** Fields that differ, with both values in all their digits. */
export function FieldChanges({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return <Table label="Fields that differ" columns={columns} rows={changes} rowId={idOf} />;
}

/** Files that would differ. */
export function FileChanges({ files }: { readonly files: TrackPlan['files'] }) {
  if (files.length === 0) return null;
  return (
    <ul className={styles.files}>
      {files.map(({ name, change }) => (
        <li key={name}>
          {name}: {change}
        </li>
      ))}
    </ul>
  );
}

type FileDifference = TrackDiff['files'][number];
const fileColumn = columnsOf<FileDifference>();
const side = (file: FileDifference['before'], name: string) =>
  file === null ? (
    <span className={styles.none}>none</span>
  ) : (
    <>
      {bytes(file.size)} <Digest hex={file.sha256} what={`SHA-256 of ${name}`} />
    </>
  );
const fileColumns = [
  fileColumn.accessor('name', { header: 'File' }),
  fileColumn.display({
    id: 'before',
    header: 'Before',
    cell: ({ row: { original } }) => side(original.before, original.name),
  }),
  fileColumn.display({
    id: 'after',
    header: 'After',
    cell: ({ row: { original } }) => side(original.after, original.name),
  }),
];
const fileIdOf = ({ name }: FileDifference) => name;

/** Files that differ, with the hashes of both sides. */
export function FileDifferences({ files }: { readonly files: readonly FileDifference[] }) {
  if (files.length === 0) return null;
  return <Table label="Files that differ" columns={fileColumns} rows={files} rowId={fileIdOf} />;
}
