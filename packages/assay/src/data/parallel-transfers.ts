import { setImmediate } from 'node:timers/promises';
import type { Remote, TransferWatch } from '../remotes/index.ts';
import type { Workplace } from './workplace.ts';

/** How long a screenful of progress stands. */
const sliceMs = 60;

export interface TransferPlan {
  /** As `--jobs` says. */
  readonly jobs: number | undefined;
  readonly label: string;
  /** Undefined when it is not known. */
  readonly totalBytes: number | undefined;
}

/** Runs at most as many at once as the remote is worth, or as `--jobs` says; the first failure ends the rest. */
export async function inParallel<T>(
  workplace: Workplace,
  remote: Remote,
  items: readonly T[],
  { jobs, label, totalBytes }: TransferPlan,
  work: (item: T, watch: TransferWatch) => Promise<unknown>,
): Promise<void> {
  const atOnce = Math.max(1, Math.min(jobs ?? remote.parallel, items.length));
  let next = 0;
  let done = 0;
  let bytes = 0;
  let failure: unknown;
  let slice = performance.now() + sliceMs;
  // What is under way when another one fails is given up as well.
  const stop = new AbortController();
  const signal = AbortSignal.any([workplace.signal, stop.signal]);
  const report = () => workplace.onProgress?.(label, done, items.length, { done: bytes, total: totalBytes });
  const watch: TransferWatch = {
    signal,
    onBytes(count) {
      bytes += count;
      if (performance.now() < slice) return;
      slice = performance.now() + sliceMs;
      report();
    },
  };
  const worker = async () => {
    while (next < items.length && failure === undefined) {
      try {
        await work(items[next++]!, watch);
      } catch (error) {
        failure ??= error;
        stop.abort();
        return;
      }
      done++;
      if (performance.now() > slice) {
        report();
        await setImmediate();
        workplace.signal.throwIfAborted();
        slice = performance.now() + sliceMs;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure !== undefined) throw failure;
  if (items.length > 0) report();
}
