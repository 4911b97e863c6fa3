import type { ArtifactView, ModelVersionView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Download } from '../../ui/download.tsx';
import { bytes } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';

const column = columnsOf<ArtifactView & { readonly isNeeded: boolean }>();
const columns = [
  column.accessor('name', { header: 'File', cell: ({ row }) => row.original.name }),
  column.accessor('isNeeded', {
    header: 'For predictions',
    cell: ({ row }) => (row.original.isNeeded ? 'needed' : ''),
  }),
  column.accessor('size', { header: 'Size', cell: ({ row }) => bytes(row.original.size) }),
  column.display({
    id: 'sha256',
    header: 'SHA-256',
    cell: ({ row }) => <Digest hex={row.original.sha256} what="SHA-256" />,
  }),
  column.display({ id: 'md5', header: 'MD5', cell: ({ row }) => <Digest hex={row.original.md5} what="MD5" /> }),
  column.display({
    id: 'download',
    header: '',
    cell: ({ row: { original } }) => (
      <Download artifact={original} saveAs={original.name.slice(original.name.lastIndexOf('/') + 1)} />
    ),
  }),
];
const numeric = ['size'];
const idOf = (file: ArtifactView) => file.name;

/** The files the version vouches for. */
export function VersionFiles({ version }: { readonly version: ModelVersionView }) {
  const rows = version.artifacts.map((file) => ({ ...file, isNeeded: version.files.includes(file.name) }));
  return (
    <Panel title="Files" hint="each sealed with its digest" flush>
      <Table label="Files" columns={columns} rows={rows} rowId={idOf} numeric={numeric} />
    </Panel>
  );
}
