import { useEffect, useRef } from 'react';
import type { ParagraphOriginView } from '../../api/index.ts';
import styles from './excerpt.module.css';

/** The filing's own text with the paragraph marked, and brought into view. */
export function Excerpt({ excerpt }: { readonly excerpt: ParagraphOriginView['excerpt'] }) {
  const box = useRef<HTMLElement>(null);
  const mark = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another paragraph is marked when the excerpt changes
  useEffect(() => {
    if (box.current && mark.current) box.current.scrollTop = mark.current.offsetTop - 60;
  }, [excerpt]);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      ref={box}
      className={styles.filing}
      aria-label="Text of the filing"
    >
      {excerpt.before}
      <mark ref={mark} className={styles.mark}>
        {excerpt.text}
      </mark>
      {excerpt.after}
    </section>
  );
}
