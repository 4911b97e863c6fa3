import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { evaluationQuery, type ModelVersionView } from '../../api/index.ts';
import { ConfusionMatrix } from '../../ui/confusion-matrix.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { ModelFrame } from '../model-frame/index.ts';
import { ClassScores } from './class-scores.tsx';
import styles from './model-page.module.css';
import { SystemScoresPanel } from './system-scores-panel.tsx';
import { TestedOn } from './tested-on.tsx';
import { Verdicts } from './verdicts.tsx';
import { VersionFiles } from './version-files.tsx';
import { Versions } from './versions.tsx';

const LearningCurve = lazy(() => import('./learning-curve.tsx').then((module) => ({ default: module.LearningCurve })));
const route = getRouteApi('/models/$name');

export function ModelPage() {
  const { name } = route.useParams();
  const { version } = route.useSearch();
  return (
    <ModelFrame name={name} version={version}>
      {(shown, model) => (
        <>
          <Scores version={shown} />
          <Versions model={model} current={shown.version} />
          <VersionFiles version={shown} />
        </>
      )}
    </ModelFrame>
  );
}

function Scores({ version }: { readonly version: ModelVersionView }) {
  const { data, error, refetch } = useQuery(evaluationQuery(version.name, version.version));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Loading height={520} />;
  const { evaluation } = data;
  const model = evaluation.systems.find(({ kind }) => kind === 'model');
  return (
    <>
      <div className={styles.columns}>
        <SystemScoresPanel evaluation={evaluation} />
        <Verdicts evaluation={evaluation} />
      </div>
      <div className={styles.columns}>
        {model && (
          <Panel title="Where it errs">
            <div className={styles.matrices}>
              <ConfusionMatrix
                caption="On the test"
                of="reference"
                by="model"
                rows={model.confusion.labels}
                columns={model.confusion.columns}
                counts={model.confusion.counts}
              />
              <ClassScores system={model} />
            </div>
          </Panel>
        )}
        <Panel title="How it learned" hint="loss on the training and development parts, epoch by epoch">
          <Suspense fallback={<Loading height={330} />}>
            <LearningCurve history={evaluation.history} />
          </Suspense>
        </Panel>
      </div>
      <TestedOn evaluation={evaluation} />
    </>
  );
}
