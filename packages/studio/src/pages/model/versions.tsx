import { Link } from '@tanstack/react-router';
import type { ModelVersionView, ModelView } from '../../api/index.ts';
import { Interval } from '../../ui/interval.tsx';
import { RecordLink, RunLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';
import { When } from '../../ui/when.tsx';

const column = columnsOf<ModelVersionView>();
const columns = [
  column.accessor('version', {
    header: 'Version',
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <Link to="/models/$name" params={{ name: original.name }} search={{ version: original.version }}>
        {original.version}
      </Link>
    ),
  }),
  column.display({ id: 'stages', header: 'Stage', cell: ({ row }) => row.original.stages.join(', ') }),
  column.accessor((version) => version.scores.macro_f1?.value ?? -1, {
    id: 'f1',
    header: 'Macro F1',
    cell: ({ row }) => row.original.scores.macro_f1 && <Interval {...row.original.scores.macro_f1} />,
  }),
  column.accessor('because', { header: 'Why this number', enableSorting: false }),
  column.accessor('at', { header: 'Sealed', cell: ({ row }) => <When at={row.original.at} /> }),
  column.display({
    id: 'run',
    header: 'Made by',
    cell: ({ row }) => row.original.run && <RunLink run={row.original.run.id} />,
  }),
  column.display({ id: 'record', header: 'Record', cell: ({ row }) => <RecordLink hash={row.original.hash} /> }),
];
const idOf = (version: ModelVersionView) => version.version;

export function Versions({ model, current }: { readonly model: ModelView; readonly current: string }) {
  return (
    <Panel title="Versions" hint="newest first" flush>
      <Table label="Versions" columns={columns} rows={model.versions} rowId={idOf} current={current} />
    </Panel>
  );
}
