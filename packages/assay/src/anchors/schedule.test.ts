import { expect, test } from 'vitest';
import { isDue, runOnSchedule } from './schedule.ts';

test('due when enough records wait, or one has waited long enough; never for nothing', () => {
  const schedule = { records: 10, ms: 1000 };
  expect(isDue(0, 9999, schedule)).toBe(false);
  expect(isDue(1, 999, schedule)).toBe(false);
  expect(isDue(1, 1000, schedule)).toBe(true);
  expect(isDue(10, 0, schedule)).toBe(true);
});

test('it works whenever it is due, and ends with its signal', async () => {
  const abort = new AbortController();
  let waiting = 0;
  let worked = 0;
  const running = runOnSchedule(
    { records: 2, ms: Number.POSITIVE_INFINITY },
    async () => ++waiting,
    async () => {
      waiting = 0;
      if (++worked === 2) abort.abort();
    },
    abort.signal,
    1,
  );
  await expect(running).rejects.toThrow('aborted');
  expect(worked).toBe(2);
});
