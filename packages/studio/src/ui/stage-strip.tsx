import type { RunSummary } from '../api/index.ts';
import styles from './stage-strip.module.css';
import { lookOf } from './state.tsx';

/** A run's stages as a row of marks; the words are there for those who do not see colours. */
export function StageStrip({ stages }: { readonly stages: RunSummary['stages'] }) {
  const told = stages.map(({ id, state }) => `${id} ${lookOf(state).word}`).join(', ');
  return (
    <span className={styles.strip} role="img" aria-label={told}>
      {stages.map(({ id, state }) => {
        const { meaning, icon: Icon, word } = lookOf(state);
        return (
          <span key={id} className={styles.mark} data-meaning={meaning} title={`${id}: ${word}`}>
            <Icon size={12} stroke={2.2} aria-hidden />
          </span>
        );
      })}
    </span>
  );
}
