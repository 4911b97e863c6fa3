import {
  IconAlertTriangle,
  IconArrowRampRight,
  IconArrowRight,
  IconBan,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconHistory,
  IconHourglassOff,
  IconMinus,
  IconPencil,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconPlus,
  IconProgress,
  IconSnowflake,
  IconUnlink,
  type TablerIcon,
} from '@tabler/icons-react';
import type { MeaningName } from '../theme/tokens.ts';
import styles from './state.module.css';

interface Look {
  readonly meaning: MeaningName;
  readonly icon: TablerIcon;
  readonly word: string;
}

const looks: Readonly<Record<string, Look>> = {
  looking: { meaning: 'neutral', icon: IconCircleDashed, word: 'looking' },
  clean: { meaning: 'done', icon: IconCheck, word: 'clean' },
  'up to date': { meaning: 'done', icon: IconCheck, word: 'up to date' },
  modified: { meaning: 'running', icon: IconPencil, word: 'modified' },
  changed: { meaning: 'running', icon: IconPencil, word: 'changed' },
  'never run': { meaning: 'running', icon: IconPencil, word: 'never run' },
  follows: { meaning: 'neutral', icon: IconArrowRampRight, word: 'follows' },
  queued: { meaning: 'neutral', icon: IconClock, word: 'queued' },
  success: { meaning: 'done', icon: IconCheck, word: 'done' },
  done: { meaning: 'done', icon: IconCheck, word: 'done' },
  frozen: { meaning: 'cached', icon: IconSnowflake, word: 'frozen' },
  new: { meaning: 'positive', icon: IconPlus, word: 'new' },
  added: { meaning: 'positive', icon: IconPlus, word: 'added' },
  deleted: { meaning: 'negative', icon: IconMinus, word: 'deleted' },
  renamed: { meaning: 'neutral', icon: IconArrowRight, word: 'renamed' },
  'not in cache': { meaning: 'failed', icon: IconUnlink, word: 'not in cache' },
  waiting: { meaning: 'neutral', icon: IconCircleDashed, word: 'waiting' },
  running: { meaning: 'running', icon: IconProgress, word: 'running' },
  succeeded: { meaning: 'done', icon: IconCheck, word: 'succeeded' },
  cached: { meaning: 'cached', icon: IconHistory, word: 'cached' },
  failed: { meaning: 'failed', icon: IconAlertTriangle, word: 'failed' },
  interrupted: { meaning: 'failed', icon: IconUnlink, word: 'interrupted' },
  cancelled: { meaning: 'neutral', icon: IconPlayerStop, word: 'cancelled' },
  skipped: { meaning: 'neutral', icon: IconPlayerSkipForward, word: 'skipped' },
  open: { meaning: 'running', icon: IconClock, word: 'open' },
  approved: { meaning: 'done', icon: IconCheck, word: 'approved' },
  applied: { meaning: 'done', icon: IconCheck, word: 'applied' },
  rejected: { meaning: 'failed', icon: IconBan, word: 'rejected' },
  withdrawn: { meaning: 'neutral', icon: IconPlayerStop, word: 'withdrawn' },
  expired: { meaning: 'neutral', icon: IconHourglassOff, word: 'expired' },
  stale: { meaning: 'neutral', icon: IconUnlink, word: 'stale' },
  blocked: { meaning: 'neutral', icon: IconBan, word: 'blocked' },
};

export function lookOf(state: string): Look {
  return looks[state] ?? { meaning: 'neutral', icon: IconCircleDashed, word: state };
}

/** The state of a run or a stage: colour, icon and word. */
export function State({ state }: { readonly state: string }) {
  const { meaning, icon: Icon, word } = lookOf(state);
  return (
    <span className={styles.state} data-meaning={meaning} data-state={state}>
      <Icon size={14} stroke={2} aria-hidden />
      {word}
    </span>
  );
}
