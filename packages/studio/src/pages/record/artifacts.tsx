import type { ArtifactView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Download } from '../../ui/download.tsx';
import { bytes } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';

const column = columnsOf<ArtifactView>();
const columns = [
  column.accessor('name', { header: 'Artifact' }),
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
    cell: ({ row: { original } }) => <Download artifact={original} />,
  }),
];
const numeric = ['size'];
const idOf = (artifact: ArtifactView) => artifact.name;

/** The bytes that the record vouches for. */
export function Artifacts({ artifacts }: { readonly artifacts: readonly ArtifactView[] }) {
  if (artifacts.length === 0) return null;
  return (
    <Panel title="Artifacts" hint="bytes it vouches for" flush>
      <Table label="Artifacts" columns={columns} rows={artifacts} rowId={idOf} numeric={numeric} />
    </Panel>
  );
}
