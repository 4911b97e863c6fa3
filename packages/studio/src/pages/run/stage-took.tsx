import type { StageView } from '../../api/index.ts';
import { seconds } from '../../ui/format.ts';
import { useNow } from '../../ui/when.tsx';

/** How long a stage took, or has taken until now; nothing for one that did not run. */
export function StageTook({ stage }: { readonly stage: StageView }) {
  const isRunning = stage.state === 'running' && stage.started !== null;
  const now = useNow(isRunning ? 500 : 0);
  if (isRunning) return <span>{seconds(Math.max(0, (now - Date.parse(stage.started ?? '')) / 1000))}</span>;
  return stage.seconds === null || stage.state === 'cached' ? null : <span>{seconds(stage.seconds)}</span>;
}
