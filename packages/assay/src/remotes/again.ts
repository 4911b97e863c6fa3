import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing, statusOf } from './errors.ts';
import type { TransferWatch } from './remote.ts';

const attempts = 4;
const pauseMs = 200;

/**
 * Work that is tried again when it failed for a reason that may pass.
 * @param progress what grows as long as trying is of use
 */
export async function again<T>(
  work: () => Promise<T>,
  watch: TransferWatch = {},
  progress = () => 0,
  isWorthIt: (error: unknown) => boolean = isPassing,
): Promise<T> {
  let reached = progress();
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const now = progress();
      if (now > reached) attempt = 1;
      reached = now;
      if (attempt >= attempts || watch.signal?.aborted || !isWorthIt(error)) throw error;
      await sleep(pauseMs * 2 ** (attempt - 1), undefined, watch.signal ? { signal: watch.signal } : {});
    }
  }
}

/**
 * One question of many. A server that answers with a failure is asked this one again, so that the others' answers are not lost; a
 * server that does not answer at all is for who asks them.
 */
export function askAgain<T>(work: () => Promise<T>, watch?: TransferWatch): Promise<T> {
  const answered = (error: unknown) =>
    isPassing(error) && error instanceof Error && statusOf(error.cause) !== undefined;
  return again(work, watch, undefined, answered);
}
