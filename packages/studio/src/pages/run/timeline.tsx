import { Link } from '@tanstack/react-router';
import type { RunView } from '../../api/index.ts';
import { seconds } from '../../ui/format.ts';
import { lookOf, State } from '../../ui/state.tsx';
import { useNow } from '../../ui/when.tsx';
import styles from './timeline.module.css';

/** When each stage ran, from the run's start. */
export function Timeline({ run, chosen }: { readonly run: RunView; readonly chosen: string | undefined }) {
  const now = useNow(run.ended === null ? 500 : 0);
  const start = Date.parse(run.started);
  const end = run.ended === null ? now : Date.parse(run.ended);
  const whole = Math.max(1, end - start);
  const part = (time: number) => `${Math.min(100, Math.max(0, (100 * (time - start)) / whole))}%`;
  return (
    <div>
      <ol className={styles.rows}>
        {run.stages.map((stage) => {
          const from = stage.started === null ? undefined : Date.parse(stage.started);
          const to = stage.ended === null ? end : Date.parse(stage.ended);
          return (
            <li key={stage.id} data-chosen={stage.id === chosen}>
              <Link
                to="/runs/$run"
                params={{ run: run.id }}
                search={{ stage: stage.id, view: 'timeline' }}
                resetScroll={false}
                className={styles.name}
              >
                {stage.id}
              </Link>
              <State state={stage.state} />
              <span className={styles.track}>
                {from !== undefined && (
                  <span
                    className={styles.bar}
                    data-meaning={lookOf(stage.state).meaning}
                    style={{ left: part(from), right: `calc(100% - ${part(Math.max(to, from))})` }}
                  />
                )}
              </span>
              <span className={styles.took}>{from === undefined ? '' : seconds(Math.max(0, to - from) / 1000)}</span>
            </li>
          );
        })}
      </ol>
      <div className={styles.scale} aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{seconds((share * whole) / 1000)}</span>
        ))}
      </div>
    </div>
  );
}
