import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { RunView } from '../../api/index.ts';
import styles from './failed-stage.module.css';
import { Log } from './log.tsx';

/** What went wrong, before everything else, with the end of the log. */
export function FailedStage({ run }: { readonly run: RunView }) {
  const failed = run.stages.filter(({ state }) => state === 'failed' || state === 'interrupted');
  return failed.map((stage) => (
    <section key={stage.id} className={styles.failed} data-meaning="failed" aria-label={`Stage ${stage.id} failed`}>
      <p className={styles.line}>
        <IconAlertTriangle size={18} aria-hidden />
        <span>
          <strong>
            Stage{' '}
            <Link to="/runs/$run" params={{ run: run.id }} search={{ stage: stage.id }} resetScroll={false}>
              {stage.id}
            </Link>{' '}
            {stage.state === 'failed' ? 'failed' : 'was interrupted'}
          </strong>
          {stage.message && <>: {stage.message}</>}
        </span>
      </p>
      {stage.hasLog && <Log run={run.id} stage={stage.id} isLive={false} height={180} />}
    </section>
  ));
}
