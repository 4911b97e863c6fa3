import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-rate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function mostInOneSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}

describe('RateLimit', () => {
  it('lets no more than ten through in any second, over four processes, and wastes little', {
    timeout: 30_000,
  }, async () => {
    const script = join(folder, 'worker.mjs');
    await writeFile(
      script,
      `import { RateLimit } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'rate-limit.ts')).href)};
const limit = new RateLimit({ folder: ${JSON.stringify(join(folder, 'rate'))} });
for (let n = 0; n < 6; n++) { await limit.acquire(); console.log(performance.timeOrigin + performance.now()); }`,
    );
    const outputs = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise<string>((resolve, reject) => {
            const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script]);
            let text = '';
            let errors = '';
            child.stdout.on('data', (chunk) => {
              text += chunk;
            });
            child.stderr.on('data', (chunk) => {
              errors += chunk;
            });
            child.on('error', reject).on('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(errors))));
          }),
      ),
    );
    const times = outputs.flatMap((text) => text.trim().split('\n').map(Number)).sort((a, b) => a - b);
    expect(times).toHaveLength(24);
    expect(mostInOneSecond(times)).toBeLessThanOrEqual(10);
    // 24 slots take 2.6 s; four limits apart from each other would take a quarter of it.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(2500);
  });

  it('holds every process back after a pause', async () => {
    const one = new RateLimit({ folder });
    const other = new RateLimit({ folder });
    await one.acquire();
    await one.pause(400);
    const before = performance.now();
    await other.acquire();
    expect(performance.now() - before).toBeGreaterThan(395);
  });

  it('stops waiting when aborted, and refuses a rate above the limit', async () => {
    const limit = new RateLimit({ folder });
    await limit.pause(60_000);
    await expect(limit.acquire(AbortSignal.timeout(50))).rejects.toThrow();
    expect(() => new RateLimit({ folder, requestsPerSecond: 11 })).toThrow(
      expect.objectContaining({ code: 'ASSAY_EDGAR_RATE' }),
    );
  });
});
