import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRepository } from './find-repository.ts';
import { checkPathsFree, PathLocks } from './path-locks.ts';
import type { Repository } from './repository.ts';
import { repositoryLock } from './repository-lock.ts';

let root: string;
let repository: Repository;
let other: ChildProcess;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-path-locks-'));
  mkdirSync(join(root, '.dvc/tmp'), { recursive: true });
  writeFileSync(join(root, '.dvc/config'), '');
  repository = findRepository(root);
  other = spawn('sleep', ['60']);
});
afterEach(() => {
  other.kill();
  rmSync(root, { recursive: true, force: true });
});

const uses = () => JSON.parse(readFileSync(join(root, '.dvc/tmp/rwlock'), 'utf8'));
const dvcWrites = (path: string, pid = other.pid) =>
  writeFileSync(join(root, '.dvc/tmp/rwlock'), JSON.stringify({ write: { [path]: { pid, cmd: 'dvc repro' } } }));
const { signal } = new AbortController();

test('paths are entered as DVC enters them, and taken out again', async () => {
  const locks = new PathLocks(repository, { command: 'assay repro', signal });
  const me = { pid: process.pid, cmd: 'assay repro' };
  const leave = await locks.take({ read: ['/r/a'], write: ['/r/b'] });
  const leaveToo = await locks.take({ read: ['/r/a'], write: [] });
  expect(uses()).toEqual({ read: { '/r/a': [me, me] }, write: { '/r/b': me } });
  await leave?.();
  expect(uses()).toEqual({ read: { '/r/a': [me] } });
  await leaveToo?.();
  expect(uses()).toEqual({});
  await locks.end();
});

test('a path that another process writes, or one above or below it, is refused, and the message says who', () => {
  dvcWrites(join(root, 'data/x'));
  const who = `is in use by process ${other.pid} (dvc repro)`;
  for (const path of ['data', 'data/x', 'data/x/y']) {
    expect(() => checkPathsFree(repository, { read: [join(root, path)], write: [] })).toThrow(`${path} ${who}`);
  }
  checkPathsFree(repository, { read: [join(root, 'data/xy')], write: [join(root, 'other')] });
});

test('what another process reads may be read, not written', () => {
  const content = { read: { '/r/a': [{ pid: other.pid, cmd: 'dvc repro' }] } };
  writeFileSync(join(root, '.dvc/tmp/rwlock'), JSON.stringify(content));
  checkPathsFree(repository, { read: ['/r/a'], write: [] });
  expect(() => checkPathsFree(repository, { read: [], write: ['/r/a'] })).toThrow('/r/a is in use');
});

test('what a killed process left counts for nothing, and goes', async () => {
  const gone = new Promise((done) => other.once('exit', done));
  other.kill('SIGKILL');
  await gone;
  dvcWrites('/r/a');
  checkPathsFree(repository, { read: ['/r/a'], write: ['/r/a'] });
  const locks = new PathLocks(repository, { command: 'assay repro', signal });
  await (await locks.take({ read: [], write: ['/r/b'] }))?.();
  expect(uses()).toEqual({});
  await locks.end();
});

test('it waits until the other process has ended', async () => {
  dvcWrites('/r/a');
  const waited: string[] = [];
  const locks = new PathLocks(repository, { command: 'assay repro', signal, onWait: (what) => waited.push(what) });
  expect(await locks.take({ read: ['/r/a'], write: [] })).toBeUndefined();
  setTimeout(() => other.kill('SIGKILL'), 300);
  await locks.untilFree({ read: ['/r/a'], write: [] });
  expect(waited).toEqual([`/r/a, which process ${other.pid} (dvc repro) uses`]);
  await locks.end();
});

test('a file that DVC does not write is refused; an empty one, of a process killed while it wrote, is none', () => {
  writeFileSync(join(root, '.dvc/tmp/rwlock'), '{"write": [1]}');
  expect(() => checkPathsFree(repository, { read: [], write: [] })).toThrow('is not what DVC writes there');
  writeFileSync(join(root, '.dvc/tmp/rwlock'), '');
  checkPathsFree(repository, { read: [], write: [] });
});

test('turns with the lock of a repository come one after another, also in one process', async () => {
  const [one, two] = [repositoryLock(repository), repositoryLock(repository)];
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((done) => setTimeout(done, 30));
    seen.push(`${name} ends`);
  };
  await Promise.all([one.during(work('a')), one.during(work('b')), two.during(work('c'))]);
  for (let i = 0; i < seen.length; i += 2) expect(seen[i]!.split(' ')[0]).toBe(seen[i + 1]!.split(' ')[0]);
  await expect(one.during(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await one.during(() => 1)).toBe(1);
  await Promise.all([one.end(), two.end()]);
});

const hasFlock = spawnSync('sh', ['-c', 'command -v flock']).status === 0;

test.skipIf(!hasFlock)(
  'each turn holds the lock against others, the later ones as the first, and frees it',
  async () => {
    const lock = repositoryLock(repository);
    const isFree = () => spawnSync('sh', ['-c', 'flock -n "$1" true', 'sh', join(root, '.dvc/tmp/lock')]).status === 0;
    for (let turn = 0; turn < 3; turn++) {
      expect(await lock.during(isFree)).toBe(false);
      expect(isFree()).toBe(true);
    }
    const heard: string[] = [];
    const second = repositoryLock(repository, { onWait: (who) => heard.push(who) });
    for (let turn = 0; turn < 2; turn++) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const first = lock.during(() => promise);
      await new Promise((done) => setTimeout(done, 30));
      const waiting = second.during(() => 'had it');
      setTimeout(resolve, 100);
      await first;
      expect(await waiting).toBe('had it');
    }
    expect(heard).toHaveLength(2);
    await Promise.all([lock.end(), second.end()]);
  },
);

test('waiting for the lock ends with a signal, and the next one has the lock', async () => {
  const holder = repositoryLock(repository);
  await holder.take();
  const controller = new AbortController();
  const waiting = repositoryLock(repository, {
    signal: controller.signal,
    onWait: (who) => {
      expect(who).toContain(`process ${process.pid}`);
      controller.abort(new Error('stop'));
    },
  });
  await expect(waiting.take()).rejects.toThrow('stop');
  await waiting.end();
  await holder.end();
  const next = repositoryLock(repository);
  await next.take();
  await next.end();
});
