import { useEffect, useLayoutEffect, useRef } from 'react';
import { Failure } from '../../ui/messages.tsx';
import styles from './log.module.css';
import { useLog } from './use-log.ts';

interface LogProps {
  readonly run: string;
  readonly stage: string;
  /** The stage still writes. */
  readonly isLive: boolean;
  readonly height?: number;
}

/** A stage's log; while the stage writes, the end stays in view unless one has scrolled away from it. */
export function Log({ run, stage, isLive, height = 320 }: LogProps) {
  const { text, isCut, error } = useLog(run, stage, isLive);
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const note = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves when the text grows
  useLayoutEffect(() => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  if (error) return <Failure error={error} />;
  return (
    <div className={styles.log}>
      {isCut && <p className={styles.cut}>It is long; only its end is shown.</p>}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        className={styles.text}
        style={{ maxHeight: height }}
        aria-label={`Log of ${stage}`}
      >
        {text === undefined ? ' ' : text === '' ? 'It has written nothing.' : text}
      </section>
    </div>
  );
}
