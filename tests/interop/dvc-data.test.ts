import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Repository } from './repository.ts';

/** What one of the two programs writes, the other reads. */

let repository: Repository;
beforeEach(() => {
  repository = new Repository().init();
  repository.write('data/a', 'one\n');
  repository.write('data/sub/b', 'two\n');
  repository.write('data/empty', '');
  repository.write('data/é/ÿ😀.txt', 'a\r\nb');
  repository.write('data/quo"te', 'q');
  repository.write('data/del\u007f', 'd');
  repository.link('data/link', 'a');
  repository.write('single.csv', 'x,y\r\n1,2\r\n');
  repository.write('run.sh', '#!/bin/sh\n', 0o755);
});
afterEach(() => repository.remove());

const targets = ['data', 'single.csv', 'run.sh'];

/** Every file but git's and the programs' own, with what it holds. */
function files(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (/^(?:\.git|\.assay|\.dvc\/tmp)(?:\/|$)/.test(name) || !statSync(path).isFile()) continue;
    found[name] = readFileSync(path, 'base64');
  }
  return found;
}

test('add leaves the very files that DVC leaves, cache and .gitignore among them', async () => {
  cpSync(repository.root, join(repository.base, 'other'), { recursive: true, verbatimSymlinks: true });
  const other = new Repository(repository.base, 'other');
  expect((await repository.assay('add', ...targets)).code).toBe(0);
  expect((await other.dvc('add', ...targets)).code).toBe(0);
  expect(files(repository.root)).toEqual(files(other.root));
  expect((await repository.dvc('status', '--json')).out.trim()).toBe('{}');
}, 30_000);

test('what DVC added is clean here, and comes back when it is gone', async () => {
  await repository.dvc('add', ...targets);
  const before = files(repository.root);
  expect((await repository.assay('status', '--json')).out.trim()).toBe('{}');
  for (const name of targets) rmSync(join(repository.root, name), { recursive: true });
  expect((await repository.assay('checkout')).code).toBe(0);
  expect(files(repository.root)).toEqual(before);
  expect(statSync(join(repository.root, 'run.sh')).mode & 0o100).toBe(0o100);
  expect((await repository.dvc('status', '--json')).out.trim()).toBe('{}');
}, 30_000);

test('a hash of DVC 2 stays as long as the data does', async () => {
  // The MD5 of the text with CRLF as LF, in the layout of DVC 2.
  const md5 = 'c6ff6a9d11be36b17e14a3c0b6b0bf6e';
  await repository.dvc('add', 'single.csv');
  const text = readFileSync(join(repository.root, 'single.csv.dvc'), 'utf8');
  const real = (await repository.assay('status')).code;
  expect(real).toBe(0);
  repository.write('single.csv.dvc', text.replace(/md5: .*/, `md5: ${md5}`).replace('  hash: md5\n', ''));
  const { dvc, assay } = await repository.both('status', '--json');
  expect(JSON.parse(assay.out)).toEqual(JSON.parse(dvc.out));
}, 30_000);

test('push and pull go either way', async () => {
  await repository.assay('remote', 'add', '--default', 'store', '../store');
  await repository.assay('add', ...targets);
  repository.commit('data');
  expect((await repository.assay('push')).code).toBe(0);
  expect((await repository.dvc('status', '--cloud', '--json')).out.trim()).toBe('{}');
  const before = files(join(repository.root, 'data'));
  for (const program of ['dvc', 'assay'] as const) {
    rmSync(join(repository.root, '.dvc/cache'), { recursive: true, force: true });
    rmSync(join(repository.root, 'data'), { recursive: true });
    expect((await repository[program]('pull')).code).toBe(0);
    expect(files(join(repository.root, 'data'))).toEqual(before);
  }
  repository.write('data/new', 'n');
  await repository.dvc('add', 'data');
  await repository.dvc('push');
  rmSync(join(repository.root, '.dvc/cache'), { recursive: true, force: true });
  rmSync(join(repository.root, 'data/new'));
  expect((await repository.assay('pull')).code).toBe(0);
  expect(existsSync(join(repository.root, 'data/new'))).toBe(true);
}, 60_000);

test('one file of a directory comes back alone', async () => {
  await repository.dvc('add', 'data');
  rmSync(join(repository.root, 'data'), { recursive: true });
  expect((await repository.assay('checkout', 'data/sub/b')).code).toBe(0);
  expect(readdirSync(join(repository.root, 'data'), { recursive: true })).toEqual(['sub', 'sub/b']);
}, 30_000);

test('the repository lock is the one that DVC takes', async () => {
  const { repositoryLock, findRepository } = await import('../../packages/assay/src/dvc/index.ts');
  const lock = repositoryLock(findRepository(repository.root));
  await lock.take();
  const refused = await repository.dvc('add', 'single.csv');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain('lock');
  await lock.end();
  expect((await repository.dvc('add', 'single.csv')).code).toBe(0);
}, 30_000);
