import { Link } from '@tanstack/react-router';
import type { RunView } from '../../api/index.ts';
import { Panel } from '../../ui/page.tsx';
import styles from '../../ui/stage-list.module.css';
import { State } from '../../ui/state.tsx';
import { Because } from './because.tsx';

/** Of every stage, why it ran or did not. */
export function Reasons({ run }: { readonly run: RunView }) {
  return (
    <Panel title="Why each stage ran, or did not" hint="choose a stage to see all of it">
      <ul className={styles.list}>
        {run.stages.map((stage) => (
          <li key={stage.id}>
            <Link to="/runs/$run" params={{ run: run.id }} search={{ stage: stage.id }} resetScroll={false}>
              {stage.id}
            </Link>
            <State state={stage.state} />
            <Because text={stage.because} source={stage.source} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
