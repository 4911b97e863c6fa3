import { useEffect, useState } from 'react';
import { api, read } from '../../api/index.ts';

/** How often a log that is still written is read again, in milliseconds. */
const PERIOD = 600;
/** UTF-16 units of its end that are kept of a longer log. */
const MOST = 1_000_000;

interface LogState {
  /** Undefined until something was read. */
  readonly text: string | undefined;
  /** The beginning of a long log was left out. */
  readonly isCut: boolean;
  readonly error: unknown;
}

const nothing: LogState = { text: undefined, isCut: false, error: undefined };

/** Reads a stage's log, and what is added to it for as long as the stage writes. */
export function useLog(run: string, stage: string, isLive: boolean): LogState {
  const [state, setState] = useState(nothing);
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState(nothing);
    const readOn = async (offset: number): Promise<void> => {
      const request = api.runs[':run'].stages[':stage'].log.$get(
        { param: { run, stage: encodeURIComponent(stage) }, query: { offset: String(offset) } },
        { init: { signal: over.signal } },
      );
      const part = await read(request);
      if (over.signal.aborted) return;
      setState(({ text = '', isCut }) => {
        const whole = text + part.text;
        return { text: whole.slice(-MOST), isCut: isCut || whole.length > MOST, error: undefined };
      });
      if (part.ended) return;
      if (part.next > offset) return readOn(part.next);
      if (isLive) timer = setTimeout(() => begin(part.next), PERIOD);
    };
    const begin = (offset: number) => {
      readOn(offset).catch((error: unknown) => {
        if (!over.signal.aborted) setState((before) => ({ ...before, error }));
      });
    };
    begin(0);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [run, stage, isLive]);
  return state;
}
