import { structuredPatch } from 'diff';
import { useMemo } from 'react';
import { Empty } from './messages.tsx';
import styles from './text-diff.module.css';

/** Unchanged lines around a change. */
const CONTEXT = 3;
/** More lines are not drawn. */
const MOST = 2000;
/** Longer comparisons are given up, in milliseconds. */
const TIMEOUT = 1500;

/** What differs between two texts, line by line. */
export function TextDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const patch = useMemo(
    () => structuredPatch('before', 'after', before, after, '', '', { context: CONTEXT, timeout: TIMEOUT }),
    [before, after],
  );
  if (!patch) return <Empty>The two differ in too many lines to be compared here.</Empty>;
  if (patch.hunks.length === 0) return <Empty>The text is the same.</Empty>;
  const lines = patch.hunks.flatMap(({ oldStart, newStart, lines: own }, i) => [
    ...(i === 0 && oldStart <= 1 ? [] : [{ key: `${oldStart} ${newStart}`, mark: '@', text: `line ${newStart}` }]),
    ...own.map((line, j) => ({ key: `${oldStart} ${newStart} ${j}`, mark: line[0] ?? ' ', text: line.slice(1) })),
  ]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label="Lines that differ" tabIndex={0}>
      <pre className={styles.lines}>
        {lines.slice(0, MOST).map(({ key, mark, text }) => (
          <span key={key} className={styles.line} data-mark={mark} data-meaning={meanings[mark]}>
            <span className={styles.mark}>{mark === '@' ? '' : mark === '-' ? '−' : mark}</span>
            {text}
            {'\n'}
          </span>
        ))}
      </pre>
      {lines.length > MOST && <p className={styles.more}>{lines.length - MOST} more lines are not shown.</p>}
    </section>
  );
}

const meanings: Readonly<Record<string, string | undefined>> = { '+': 'positive', '-': 'negative' };
