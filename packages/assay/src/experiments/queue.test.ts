import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../bin/assay.js');
let base = '';
let root = '';

const environment = () => ({
  ...process.env,
  HOME: base,
  ASSAY_HOME: join(base, 'home'),
  XDG_CACHE_HOME: join(tmpdir(), 'assay-test-cache'),
  NO_COLOR: '1',
});
const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8', env: environment() });
const assay = (...words: string[]) =>
  execFileSync(process.execPath, [launcher, ...words], {
    cwd: root,
    encoding: 'utf8',
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const states = () =>
  (JSON.parse(assay('queue', 'status', '--json')) as { name: string; state: string }[]).map(
    ({ name, state }) => `${name} ${state}`,
  );

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'assay-queue-')));
  root = join(base, 'project');
  mkdirSync(root);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'You');
  git('config', 'user.email', 'you@example.com');
  assay('init');
  writeFileSync(join(root, 'params.yaml'), 'x: 1 # what is tried\nseconds: 0\n');
  // Says where it runs, so that a test can see it live.
  writeFileSync(
    join(root, 'dvc.yaml'),
    [
      'stages:',
      '  a:',
      `    cmd: echo $$ > ${base}/pid-\${x} && sleep \${seconds} && echo \${x} > out`,
      '    params: [x]',
      '    outs: [out]',
      '',
    ].join('\n'),
  );
  git('add', '--all');
  git('commit', '--quiet', '--message', 'one');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await sleep(50);
  expect(condition()).toBe(true);
}

function isAlive(pidFile: string): boolean {
  try {
    process.kill(Number(readFileSync(join(base, pidFile), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

it('runs what waits, side by side, and leaves the workspace alone', () => {
  assay('exp', 'run', '--queue', '-n', 'e', '-S', 'x=2,3,4');
  writeFileSync(join(root, 'untracked'), 'mine\n');
  expect(states()).toEqual(['e-1 queued', 'e-2 queued', 'e-3 queued']);
  const { experiments } = JSON.parse(assay('exp', 'run', '--run-all', '-j', '2', '--json')) as {
    experiments: { name: string; rev: string }[];
  };
  expect(experiments.map(({ name }) => name).sort()).toEqual(['e-1', 'e-2', 'e-3']);
  const params = experiments.map(({ rev }) => git('show', `${rev}:params.yaml`)).join('');
  for (const x of [2, 3, 4]) expect(params).toContain(`x: ${x} # what is tried`);
  expect(git('status', '--short')).toBe('?? untracked\n');
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(assay('runs', '--json'))).toHaveLength(3);
});

it('a killed run takes its stages with it, and its task waits again', async () => {
  assay('exp', 'run', '--queue', '-n', 'e', '-S', 'x=2', '-S', 'seconds=30');
  const child = spawn(process.execPath, [launcher, 'exp', 'run', '--run-all'], { cwd: root, env: environment() });
  await until(() => existsSync(join(base, 'pid-2')) && isAlive('pid-2'));
  expect(states()).toEqual(['e running']);
  child.kill('SIGKILL');
  await until(() => !isAlive('pid-2'));
  await until(() => !readdirSync(join(root, '.dvc/tmp/exps')).some((name) => name.startsWith('assay-')));
  expect(states()).toEqual(['e queued']);
  const [run] = JSON.parse(assay('runs', '--json')) as { state: string }[];
  expect(run?.state).toBe('interrupted');
  assay('queue', 'remove', '--queued');
  expect(states()).toEqual([]);
  expect(git('for-each-ref', 'refs/exps/celery')).toBe('');
}, 60_000);

it('two processes share the work', async () => {
  assay('exp', 'run', '--queue', '-n', 'e', '-S', 'x=2,3', '-S', 'seconds=1');
  const ended = [0, 1].map(
    () =>
      new Promise<number | null>((done) => {
        spawn(process.execPath, [launcher, 'exp', 'run', '--run-all'], {
          cwd: root,
          env: environment(),
          stdio: 'ignore',
        }).on('close', done);
      }),
  );
  expect(await Promise.all(ended)).toEqual([0, 0]);
  expect(states()).toEqual(['e-1 success', 'e-2 success']);
  expect(assay('exp', 'list', '--name-only').trim().split('\n').sort()).toEqual(['e-1', 'e-2']);
}, 60_000);

it('a task can be killed from outside, and has failed then', async () => {
  assay('exp', 'run', '--queue', '-n', 'e', '-S', 'x=2', '-S', 'seconds=30');
  assay('queue', 'start');
  await until(() => existsSync(join(base, 'pid-2')) && isAlive('pid-2'));
  assay('queue', 'kill', 'e');
  await until(() => states()[0] === 'e failed');
  expect(isAlive('pid-2')).toBe(false);
  expect(assay('queue', 'logs', 'e')).toContain('The experiment was cancelled.');
}, 60_000);
