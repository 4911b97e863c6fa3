import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ModelVersionView, PARAGRAPHS_A_PAGE, paragraphsQuery } from '../../api/index.ts';
import { count } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ModelFrame } from '../model-frame/index.ts';
import { ParagraphList } from './paragraph-list.tsx';

const route = getRouteApi('/models/$name/paragraphs');
const parts = ['train', 'dev', 'test'] as const;
const partNames = { train: 'training', dev: 'development', test: 'test' } as const;
const outcomes = ['true', 'false'] as const;

export function ParagraphsPage() {
  const { name } = route.useParams();
  const { version } = route.useSearch();
  return (
    <ModelFrame name={name} version={version}>
      {(shown) => <Paragraphs version={shown} />}
    </ModelFrame>
  );
}

function Paragraphs({ version }: { readonly version: ModelVersionView }) {
  const { offset = 0, ...filter } = route.useSearch();
  const { part, correct } = filter;
  const { data, error, refetch } = useQuery(paragraphsQuery(version.name, version.version, { part, correct, offset }));
  const navigate = route.useNavigate();
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Loading height={640} />;
  const filters = (
    <>
      <NativeSelect
        aria-label="Part"
        size="xs"
        value={part ?? ''}
        data={[
          { value: '', label: 'every part' },
          ...parts.map((one) => ({ value: one, label: `${partNames[one]} (${count(data.counts[one])})` })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: { ...filter, part: parts.find((one) => one === value) } })
        }
      />
      <NativeSelect
        aria-label="Prediction"
        size="xs"
        value={correct ?? ''}
        data={[
          { value: '', label: 'right and wrong' },
          { value: 'true', label: 'predicted right' },
          { value: 'false', label: 'predicted wrong' },
        ]}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: { ...filter, correct: outcomes.find((one) => one === value) } })
        }
      />
    </>
  );
  const last = Math.min(offset + PARAGRAPHS_A_PAGE, data.total);
  return (
    <>
      <Panel
        title="Training and test paragraphs"
        hint={data.total > 0 ? `${count(offset + 1)} to ${count(last)} of ${count(data.total)}` : ''}
        actions={filters}
        flush
      >
        {data.items.length === 0 ? (
          <Empty>No paragraph is like that.</Empty>
        ) : (
          <ParagraphList name={version.name} version={filter.version} items={data.items} />
        )}
      </Panel>
      <Pager
        of="paragraphs"
        size={PARAGRAPHS_A_PAGE}
        offset={offset}
        total={data.total}
        onMove={(to) => navigate({ search: { ...filter, offset: to || undefined } })}
      />
    </>
  );
}
