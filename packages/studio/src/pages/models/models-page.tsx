import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ModelSummary, modelsQuery } from '../../api/index.ts';
import { Interval } from '../../ui/interval.tsx';
import { RecordLink } from '../../ui/links.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { columnsOf, Table } from '../../ui/table.tsx';

const column = columnsOf<ModelSummary>();
const columns = [
  column.accessor('name', {
    header: 'Model',
    cell: ({ row }) => (
      <Link to="/models/$name" params={{ name: row.original.name }}>
        {row.original.name}
      </Link>
    ),
  }),
  column.accessor((model) => model.production?.version ?? '', {
    id: 'production',
    header: 'In production',
    cell: ({ row }) => row.original.production?.version ?? 'nothing',
  }),
  column.accessor((model) => model.production?.scores.macro_f1?.value ?? -1, {
    id: 'f1',
    header: 'Macro F1 on its test',
    cell: ({ row }) => {
      const f1 = row.original.production?.scores.macro_f1;
      return f1 ? <Interval {...f1} /> : '';
    },
  }),
  column.accessor('latest', { header: 'Newest version' }),
  column.accessor('versions', { header: 'Versions' }),
  column.display({
    id: 'record',
    header: 'Record',
    cell: ({ row }) => row.original.production && <RecordLink hash={row.original.production.hash} />,
  }),
];
const numeric = ['versions'];
const idOf = (model: ModelSummary) => model.name;

export function ModelsPage() {
  const { data, error, refetch } = useQuery(modelsQuery);
  return (
    <Page title="Models">
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={160} />}
      {data && (
        <Panel title="Registered models" flush>
          {data.length === 0 ? (
            <Empty command="assay run pipeline.yaml">
              No model is registered yet. A pipeline with an output of the role “model” registers one when it is run.
            </Empty>
          ) : (
            <Table label="Models" columns={columns} rows={data} rowId={idOf} numeric={numeric} />
          )}
        </Panel>
      )}
    </Page>
  );
}
