import { setTimeout as sleep } from 'node:timers/promises';

export interface Schedule {
  /** As soon as so many records wait. */
  readonly records: number;
  /** Or when the first of them has waited so long; milliseconds. */
  readonly ms: number;
}

/** Whether it is time: whichever of the two comes first, and never when nothing waits. */
export function isDue(waiting: number, sinceMs: number, { records, ms }: Schedule): boolean {
  return waiting > 0 && (waiting >= records || sinceMs >= ms);
}

/**
 * Works whenever it is due, until the signal.
 * @param waiting how many records wait
 */
export async function runOnSchedule(
  schedule: Schedule,
  waiting: () => Promise<number>,
  work: () => Promise<void>,
  signal: AbortSignal,
  every = 1000,
): Promise<void> {
  let since: number | undefined;
  while (!signal.aborted) {
    const count = await waiting();
    if (count > 0) since ??= performance.now();
    if (since !== undefined && isDue(count, performance.now() - since, schedule)) {
      await work();
      since = undefined;
    }
    await sleep(every, undefined, { signal });
  }
}
