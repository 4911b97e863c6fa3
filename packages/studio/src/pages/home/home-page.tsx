import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { projectQuery } from '../../api/index.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import styles from './home-page.module.css';
import { LedgerCard } from './ledger-card.tsx';
import { NewestRuns } from './newest-runs.tsx';
import { ProductionCard } from './production-card.tsx';

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
    <Page title={data.name} facts={<span>{data.origin}</span>}>
      <div className={styles.columns}>
        <Panel title="In production" hint={<Link to="/models">all models</Link>}>
          {data.models.length === 0 ? (
            <Empty command={data.runs.length === 0 ? 'assay run pipeline.yaml' : 'assay model list'}>
              No model is registered yet. A pipeline with an output of the role “model” registers one when it is run.
            </Empty>
          ) : (
            <div className={styles.models}>
              {data.models.map((model) => (
                <ProductionCard key={model.name} model={model} />
              ))}
            </div>
          )}
        </Panel>
        <LedgerCard project={data} />
      </div>
      <NewestRuns runs={data.runs} />
    </Page>
  );
}
