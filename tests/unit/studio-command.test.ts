import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const launcher = join(import.meta.dirname, '..', '..', 'packages', 'assay', 'bin', 'assay.js');

let folder: string;
let environment: NodeJS.ProcessEnv;
let studio: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-studio-'));
  environment = { PATH: process.env.PATH, ASSAY_HOME: join(folder, 'home') };
  const init = spawnSync(process.execPath, [launcher, '-C', folder, 'init'], { env: environment, encoding: 'utf8' });
  expect(init.stderr).toBe('');
});
afterEach(() => {
  if (studio?.exitCode === null) studio.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the studio on a free port; answers with its address once it is served. */
async function start(...words: readonly string[]): Promise<string> {
  studio = spawn(process.execPath, [launcher, '-C', folder, 'studio', '--port', '0', ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: studio.stdout! })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the studio ended without an address');
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'serves the project, and ends well on %s although a page listens',
  async (signal) => {
    const url = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const project = (await (await fetch(`${url}/api/project`)).json()) as {
      readonly ledger: { readonly size: number };
    };
    expect(project.ledger.size).toBe(1);
    const events = (await fetch(`${url}/api/events`)).body!.getReader();
    await events.read();
    const exited = once(studio!, 'exit');
    const started = performance.now();
    studio!.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(3000);
    // The stream came to its end; it was not cut off.
    for (let part = await events.read(); !part.done; part = await events.read());
  },
);

test('a port that is taken is told', async () => {
  const { port } = new URL(await start());
  const second = spawnSync(process.execPath, [launcher, '-C', folder, '--json', 'studio', '--port', port], {
    env: environment,
    encoding: 'utf8',
  });
  expect(second.status).toBe(1);
  expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'ASSAY_PORT_IN_USE' } });
});
