import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { projectQuery, type RunSummary } from '../../api/index.ts';
import { RunLink } from '../../ui/links.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import styles from './home-page.module.css';
import { LedgerCard } from './ledger-card.tsx';
import { NewestRuns } from './newest-runs.tsx';
import { ProductionCard } from './production-card.tsx';
import { RepositoryCard } from './repository-card.tsx';

export function HomePage() {
  const { data, error, refetch } = useQuery(projectQuery);
  if (error) {
    return (
      <Page title="Project">
        <Failure error={error} again={() => void refetch()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title="Project">
        <div className={styles.columns}>
          <Loading height={240} />
          <Loading height={240} />
        </div>
        <Loading height={260} />
      </Page>
    );
  }
  return (
    <Page title={data.name} facts={<span>{data.origin ?? 'nothing is recorded here yet'}</span>}>
      <div className={styles.columns}>
        {data.models.length === 0 ? (
          data.ledger === null || data.repository?.tracks ? (
            <RepositoryCard />
          ) : (
            <NoModel newest={data.runs[0]} />
          )
        ) : (
          <Panel title="In production" hint={<Link to="/models">all models</Link>}>
            <div className={styles.models}>
              {data.models.map((model) => (
                <ProductionCard key={model.name} model={model} />
              ))}
            </div>
          </Panel>
        )}
        {data.ledger ? <LedgerCard project={data} /> : <NoLedger />}
      </div>
      {data.models.length > 0 && data.repository?.tracks && <RepositoryCard />}
      {data.ledger && <NewestRuns runs={data.runs} />}
    </Page>
  );
}

function NoLedger() {
  return (
    <Panel title="Ledger" flush>
      <Empty command="assay repro">
        Nothing was recorded in this repository yet. Each run of its stages is, once you run them with assay.
      </Empty>
    </Panel>
  );
}

/** What to do next, while nothing can be in production. */
function NoModel({ newest }: { readonly newest: RunSummary | undefined }) {
  return (
    <Panel title="In production" flush>
      {newest?.state === 'failed' ? (
        <Empty>
          No model is registered yet: <RunLink run={newest.id}>the newest run</RunLink> failed. Its page says why.
        </Empty>
      ) : newest?.state === 'running' ? (
        <Empty>
          No model is registered yet. <RunLink run={newest.id}>A run</RunLink> is under way.
        </Empty>
      ) : (
        <Empty command="assay run pipeline.yaml">
          No model is registered yet. A pipeline with an output of the role “model” registers one when it is run.
        </Empty>
      )}
    </Panel>
  );
}
