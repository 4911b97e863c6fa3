import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ModelSummary, modelQuery } from '../../api/index.ts';
import { percent, score } from '../../ui/format.ts';
import { IntervalBar } from '../../ui/interval.tsx';
import { RecordLink, RunLink } from '../../ui/links.tsx';
import { Empty } from '../../ui/messages.tsx';
import { When } from '../../ui/when.tsx';
import styles from './production-card.module.css';

/** What of a model is in production, how good it is, and where it came from. */
export function ProductionCard({ model }: { readonly model: ModelSummary }) {
  const { production, name } = model;
  const { data } = useQuery(modelQuery(name));
  if (!production) {
    return (
      <div>
        <h3>
          <Link to="/models/$name" params={{ name }}>
            {name}
          </Link>
        </h3>
        <Empty command={`assay model promote ${name}@${model.latest} production`}>
          No version is in production; the newest is {model.latest}.
        </Empty>
      </div>
    );
  }
  const version = data?.versions.find(({ hash }) => hash === production.hash);
  const since = data?.stages.find(({ stage }) => stage === 'production');
  const f1 = production.scores.macro_f1 ?? Object.values(production.scores)[0];
  return (
    <div className={styles.card}>
      <h3 className={styles.name}>
        <Link to="/models/$name" params={{ name }}>
          {name}
        </Link>{' '}
        <span className={styles.version}>{production.version}</span>
      </h3>
      {f1 && (
        <div className={styles.score}>
          <span className={styles.figure}>{score(f1.value)}</span>
          <span className={styles.words}>
            macro F1 on the test, {percent(f1.level, 0)} interval {score(f1.low)} to {score(f1.high)}
          </span>
          <IntervalBar {...f1} strong />
        </div>
      )}
      <p className={styles.origin}>
        {since ? (
          <>
            in production since <When at={since.at} /> by record <RecordLink hash={since.hash} />
          </>
        ) : (
          <> </>
        )}
        {version?.run && (
          <>
            {' · made by run '}
            <RunLink run={version.run.id} />
          </>
        )}
      </p>
      <ul className={styles.ways}>
        <li>
          <Link to="/models/$name/words" params={{ name }}>
            Which words matter
          </Link>
        </li>
        <li>
          <Link to="/lineage" search={{ ref: production.hash }}>
            Where it came from
          </Link>
        </li>
        <li>
          <Link to="/models/$name/paragraphs" params={{ name }}>
            Its training and test paragraphs
          </Link>
        </li>
      </ul>
    </div>
  );
}
