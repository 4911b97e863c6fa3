import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRepository } from '../dvc/index.ts';
import { addPaths, checkoutTargets, openWorkplace, type Workplace } from './index.ts';

let root: string;
let workplace: Workplace;
const write = (name: string, text: string) => {
  mkdirSync(join(root, name, '..'), { recursive: true });
  writeFileSync(join(root, name), text);
};
const tracking = () => readFileSync(join(root, 'dat.dvc'), 'utf8');

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-part-')));
  write('.dvc/config', '[core]\n    no_scm = true\n');
  workplace = openWorkplace({
    repository: await findRepository(root, process.env),
    directory: root,
    environment: process.env,
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
  for (const name of ['a.txt', 'exe', 'zero', 'sub/b.txt', 'sub/c.txt']) write(`dat/${name}`, `${name}\n`);
  await addPaths(workplace, ['dat']);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a file that is added to a folder of which only a part is here takes nothing else out of it', async () => {
  rmSync(join(root, 'dat'), { recursive: true });
  await checkoutTargets(workplace, ['dat/exe']);
  write('dat/new', 'new\n');
  await addPaths(workplace, ['dat/new']);
  expect(tracking()).toContain('nfiles: 6');
  const partly = tracking();
  await checkoutTargets(workplace, ['dat']);
  await addPaths(workplace, ['dat']);
  expect(tracking()).toBe(partly);
});

test('a part takes the place of what was there: a folder of a file, a folder with less in it', async () => {
  rmSync(join(root, 'dat/a.txt'));
  rmSync(join(root, 'dat/sub/b.txt'));
  rmSync(join(root, 'dat/exe'));
  write('dat/exe/inner', 'inner\n');
  write('dat/zero', '');
  await addPaths(workplace, ['dat/sub', 'dat/exe', 'dat/zero']);
  const [added] = await addPaths(workplace, ['dat/zero']);
  expect(added!.found).toMatchObject({ nfiles: 4, size: 'a.txt\n'.length + 'sub/c.txt\n'.length + 'inner\n'.length });
  const { found } = added!;
  if (found.kind !== 'directory') throw new Error('it is no folder');
  expect(workplace.cache.directory(found.md5).map(({ path }) => path)).toEqual([
    'a.txt',
    'exe/inner',
    'sub/c.txt',
    'zero',
  ]);
});

test('what was not changed leaves the tracking file as it is', async () => {
  const before = tracking();
  rmSync(join(root, 'dat/a.txt'));
  await addPaths(workplace, ['dat/exe']);
  expect(tracking()).toBe(before);
});

test('a folder whose list is not here is not guessed at', async () => {
  const md5 = /md5: (\S+\.dir)/.exec(tracking())![1]!;
  workplace.cache.remove(md5);
  await expect(addPaths(workplace, ['dat/exe'])).rejects.toMatchObject({ code: 'ASSAY_DVC_MISSING_CACHE' });
});
