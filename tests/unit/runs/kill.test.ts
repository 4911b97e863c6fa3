import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pipeline, Sandbox, states } from '../../../packages/assay/src/runs/testing/sandbox.ts';

const launcher = join(import.meta.dirname, '../../../packages/assay/bin/assay.js');
let box: Sandbox;

beforeEach(() => {
  box = new Sandbox();
  // Each stage writes a half of its output, waits, then the whole; and leaves a process behind that writes nonsense later.
  const work = (from: string) =>
    `echo half > "$1"; (sleep 0.8; echo nonsense > "$1") >/dev/null 2>&1 & sleep 0.05; ${from}`;
  const stage = (name: string, input: string | undefined) =>
    JSON.stringify({
      name,
      ...(input === undefined ? {} : { inputs: { before: null } }),
      outputs: { text: `build/${name}` },
      run: [
        'sh',
        '-c',
        work(input === undefined ? 'echo "$0" > "$1"' : `cat build/${input} > "$1"; echo "${name} $0" >> "$1"`),
        `\${parameters.seed}`,
        `\${outputs.text}`,
      ],
    });
  const names = ['a', 'b', 'c', 'd'];
  const connections = names.slice(1).map((name, i) => ({ from: `${names[i]}.text`, to: `${name}.before` }));
  box.write({
    'pipeline.yaml': pipeline(
      names.map((name, i) => stage(name, names[i - 1])),
      `parameters: { seed: 0 }\nconnections: ${JSON.stringify(connections)}\n`,
    ),
  });
});
afterEach(() => box.remove());

const assay = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [launcher, '-C', box.project.root, ...args], {
    env: { ...process.env, ...box.environment, XDG_CACHE_HOME: join(box.folder, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

it('a run killed at any moment is ended by the next one, which goes on, and nothing wrong is sealed', async () => {
  const moments = [0, 60, 140, 220, 320, 430];
  for (const [seed, moment] of moments.entries()) {
    const child = assay('run', 'pipeline.yaml', '--set', `seed=${seed}`);
    // The first line comes when the run is known to the database.
    await new Promise((begun) => child.stdout?.once('data', begun));
    await sleep(moment);
    child.kill('SIGKILL');
    await new Promise((ended) => child.once('exit', ended));
  }
  const last = moments.length - 1;
  const before = await box.open(({ live }) => live.list({ limit: 100 }));
  const killed = before.find(({ id }) => id === before[0]?.id)!;
  const finished = killed.stages.filter(({ record }) => record !== undefined).map(({ stage }) => stage);

  const run = await box.run({ set: { seed: String(last) } });
  expect(run.state).toBe('succeeded');
  // What had finished in the killed run is not done again.
  for (const stage of finished) expect(states(run)[stage]).toBe('cached');
  // Nothing that the killed stages left behind still writes.
  await sleep(900);
  const expected = ['a', 'b', 'c', 'd'].map((name) => (name === 'a' ? `${last}\n` : `${name} ${last}\n`)).join('');
  expect(readFileSync(box.path('build/d'), 'utf8')).toBe(expected);

  const runs = await box.open(({ live }) => live.list({ limit: 100 }));
  expect(runs).toHaveLength(moments.length + 1);
  for (const one of runs) {
    expect(one.record).toBeDefined();
    expect(['interrupted', 'succeeded']).toContain(one.state);
    for (const { state } of one.stages) expect(['running', 'waiting']).not.toContain(state);
  }
  expect(runs.filter(({ state }) => state === 'interrupted').length).toBeGreaterThan(2);
  // Each result that was sealed is of its own seed, and whole.
  for (const one of runs) {
    for (const { stage, state } of one.stages.filter((each) => each.state === 'succeeded')) {
      expect(state).toBe('succeeded');
      const [output] = (await box.stageRun(one, stage)).outputs;
      const object = join(box.project.paths.objects, 'sha256', output!.sha256.slice(0, 2), output!.sha256.slice(2));
      const lines = readFileSync(object, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(['a', 'b', 'c', 'd'].indexOf(stage) + 1);
      for (const line of lines) expect(line).toMatch(new RegExp(`^(?:[bcd] )?${one.detail.parameters.seed}$`));
    }
  }
  expect(await box.verify()).toMatchObject({ ok: true, failures: [] });
}, 60_000);

it('SIGINT ends all stages, and the run is sealed as cancelled with exit code 130', async () => {
  writeFileSync(
    box.path('long.yaml'),
    pipeline([JSON.stringify({ name: 'long', run: ['sh', '-c', 'echo started > started; sleep 60'] })]),
  );
  const child = assay('run', 'long.yaml', '--json');
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const exited = new Promise<number | null>((ended) => child.once('close', ended));
  for (;;) {
    try {
      if (readFileSync(box.path('started'), 'utf8') !== '') break;
    } catch {
      await sleep(20);
    }
  }
  child.kill('SIGINT');
  expect(await exited).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'cancelled', stages: [{ stage: 'long', state: 'cancelled' }] });
});
