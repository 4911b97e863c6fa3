import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { plotsQuery } from '../../api/index.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './plots.module.css';

const VegaChart = lazy(() => import('./vega-chart.tsx').then((module) => ({ default: module.VegaChart })));
/** More lines over each other cannot be told apart, and the server takes no more. */
const MOST = 12;

/** The plots of the repository, each drawn over all revisions. */
export function Plots({ revisions }: { readonly revisions: readonly string[] }) {
  const drawn = revisions.slice(0, MOST);
  const { data, error, refetch } = useQuery(plotsQuery(drawn));
  return (
    <Panel
      title="Plots"
      hint={drawn.length < revisions.length ? `of the first ${MOST}` : ''}
      flush={data?.plots.length === 0}
    >
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={320} />}
      {data && data.plots.length === 0 && (
        <Empty>No plot is defined in dvc.yaml, or nothing was drawn for these revisions.</Empty>
      )}
      {data && data.plots.length > 0 && (
        <div className={styles.plots}>
          {data.plots.map((plot) => (
            <figure key={plot.id} className={styles.plot}>
              <figcaption>{plot.id}</figcaption>
              {plot.type === 'vega' ? (
                <Suspense fallback={<Loading height={280} />}>
                  <VegaChart spec={plot.spec} />
                </Suspense>
              ) : (
                <div className={styles.images}>
                  {plot.images.map(({ revision, url }) => (
                    <figure key={revision}>
                      <figcaption>{revision}</figcaption>
                      <img src={url} alt={`${plot.id} of ${revision}`} />
                    </figure>
                  ))}
                </div>
              )}
            </figure>
          ))}
        </div>
      )}
      {data && data.failures.length > 0 && (
        <ul className={styles.failures}>
          {data.failures.map(({ plot, revision, message }) => (
            <li key={`${plot} ${revision}`}>
              {[plot, revision].filter(Boolean).join(' of ')}: {message}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
