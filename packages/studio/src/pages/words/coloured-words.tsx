import type { ReactNode } from 'react';
import type { Explanation } from '../../api/index.ts';
import { signed } from '../../ui/format.ts';
import styles from './coloured-words.module.css';

type Token = Explanation['tokens'][number];

interface ColouredWordsProps {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly label: string;
}

/** Shares of the strongest word's weight below which a word stays plain. */
const PLAIN = 0.08;

/** The text, each word on a ground as strong as it mattered; words against the label are underlined with dots as well. */
export function ColouredWords({ text, tokens, label }: ColouredWordsProps) {
  const most = Math.max(1e-12, ...tokens.map(({ attribution }) => Math.abs(attribution)));
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end, attribution } of tokens) {
    if (start > at) parts.push(text.slice(at, start));
    const word = text.slice(start, end);
    const share = Math.abs(attribution) / most;
    const side = attribution < 0 ? 'against' : 'for';
    parts.push(
      share < PLAIN ? (
        word
      ) : (
        <span
          key={start}
          className={styles.word}
          data-side={side}
          data-meaning={side === 'for' ? 'positive' : 'negative'}
          style={groundOf(share)}
          title={`${word}: ${signed(attribution)} ${side} ${label}`}
        >
          {word}
        </span>
      ),
    );
    at = end;
  }
  parts.push(text.slice(at));
  return (
    <p className={styles.text} data-testid="coloured-words">
      {parts}
    </p>
  );
}

export function Legend({ label }: { readonly label: string }) {
  const steps = [0.25, 0.6, 1];
  return (
    <p className={styles.legend}>
      <span data-meaning="negative">
        {steps.toReversed().map((share) => (
          <span key={share} className={styles.word} data-side="against" style={groundOf(share)}>
            word
          </span>
        ))}
        against {label}
      </span>
      <span data-meaning="positive">
        {steps.map((share) => (
          <span key={share} className={styles.word} data-side="for" style={groundOf(share)}>
            word
          </span>
        ))}
        for {label}
      </span>
      <span>stronger ground: mattered more</span>
    </p>
  );
}

function groundOf(share: number) {
  return { background: `color-mix(in srgb, var(--meaning-fill) ${Math.round(8 + 37 * share)}%, var(--a-surface))` };
}
