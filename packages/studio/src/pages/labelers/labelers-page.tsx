import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { comparisonQuery, runsQuery } from '../../api/index.ts';
import { instant } from '../../ui/format.ts';
import { RunLink, shortRun } from '../../ui/links.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { AgainstReference } from './against-reference.tsx';
import { Agreement } from './agreement.tsx';
import { Coverage } from './coverage.tsx';
import { Disputed } from './disputed.tsx';
import { LabelerMatrices } from './labeler-matrices.tsx';
import styles from './labelers-page.module.css';

const route = getRouteApi('/labelers');

export function LabelersPage() {
  const { run: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useInfiniteQuery(runsQuery);
  const runs = data?.pages.flatMap(({ items }) => items).filter(({ state }) => state === 'succeeded') ?? [];
  const run = wanted ?? runs[0]?.id;
  return (
    <Page
      title="Labelers compared"
      facts={
        run && (
          <span>
            of run <RunLink run={run} stage="compare" />
          </span>
        )
      }
      actions={
        runs.length > 1 && (
          <NativeSelect
            aria-label="Run"
            size="xs"
            value={run ?? ''}
            data={runs.map(({ id, started }) => ({ value: id, label: `${shortRun(id)}, ${instant(started)}` }))}
            onChange={({ currentTarget: { value } }) => void navigate({ search: { run: value } })}
          />
        )
      }
    >
      {error && <Failure error={error} />}
      {run ? (
        <ComparisonOf run={run} />
      ) : data ? (
        <Panel title="Nothing to compare yet" flush>
          <Empty command="assay run pipeline.yaml">
            No run has ended well. A stage with `assay compare` says how far the labelers agree.
          </Empty>
        </Panel>
      ) : (
        !error && <Loading height={520} />
      )}
    </Page>
  );
}

function ComparisonOf({ run }: { readonly run: string }) {
  const { data, error, refetch } = useQuery(comparisonQuery(run));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Loading height={520} />;
  const { comparison } = data;
  return (
    <>
      <div className={styles.columns}>
        <div className={styles.stack}>
          <AgainstReference comparison={comparison} />
          <Coverage comparison={comparison} />
        </div>
        <Agreement comparison={comparison} />
      </div>
      <LabelerMatrices comparison={comparison} />
      <Disputed comparison={comparison} run={run} />
    </>
  );
}
