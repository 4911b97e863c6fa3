import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRepository } from '../dvc/index.ts';
import { addPaths, collectGarbage, openWorkplace, push, type Workplace } from './index.ts';

const nothing = {
  workspace: true,
  allBranches: false,
  allTags: false,
  allCommits: false,
  allExperiments: false,
  cloud: false,
  notInRemote: false,
  dry: false,
};

let base: string;
let workplace: Workplace;
const notes: string[] = [];

beforeEach(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'assay-gc-')));
  const root = join(base, 'repository');
  mkdirSync(join(root, '.dvc'), { recursive: true });
  writeFileSync(
    join(root, '.dvc/config'),
    `[core]\n    no_scm = true\n    remote = store\n['remote "store"']\n    url = ${base}/store\n`,
  );
  workplace = openWorkplace({
    repository: await findRepository(root, process.env),
    directory: root,
    environment: process.env,
    clock: () => new Date(),
    signal: new AbortController().signal,
    onNote: (text) => notes.push(text),
  });
  mkdirSync(join(root, 'data'));
  writeFileSync(join(root, 'data/a'), 'a');
  writeFileSync(join(root, 'data/b'), 'b');
});
afterEach(() => {
  notes.length = 0;
  rmSync(base, { recursive: true, force: true });
});

/** A directory in cache and remote, of which the cache has lost the list. */
async function withoutList() {
  const [added] = await addPaths(workplace, ['data']);
  await push(workplace, []);
  const { found } = added!;
  if (found.kind !== 'directory') throw new Error('not a directory');
  workplace.cache.remove(found.md5);
  return { list: found.md5, files: found.entries.map(({ md5 }) => md5) };
}

test('the files of a directory whose list is only in the remote are kept, in the cache and in the remote', async () => {
  const { list, files } = await withoutList();
  const other = await workplace.cache.putBytes(Buffer.from('of no use'));
  expect(await collectGarbage(workplace, { ...nothing, cloud: true })).toMatchObject({ objects: 1, inRemote: 0 });
  expect(workplace.cache.has(other)).toBe(false);
  expect([list, ...files].every((md5) => workplace.cache.has(md5))).toBe(true);
  expect(notes).toEqual([]);
});

test('a list that is nowhere is named, and what is not known to be needed goes', async () => {
  const { list, files } = await withoutList();
  rmSync(join(base, 'store/files/md5', list.slice(0, 2), list.slice(2)));
  expect((await collectGarbage(workplace, nothing)).objects).toBe(files.length);
  expect(notes).toEqual([expect.stringContaining('The list of data is nowhere')]);
});

test('nothing is deleted when a remote that may have the list cannot be reached', async () => {
  const { files } = await withoutList();
  rmSync(join(base, 'store'), { recursive: true });
  writeFileSync(join(base, 'store'), 'no folder');
  await expect(collectGarbage(workplace, nothing)).rejects.toThrow();
  expect(files.every((md5) => existsSync(workplace.cache.pathOf(md5)))).toBe(true);
});

test('what another project needs of a shared cache is kept when it is named', async () => {
  const other = join(base, 'other');
  mkdirSync(join(other, '.dvc'), { recursive: true });
  const settings = `[core]\n    no_scm = true\n[cache]\n    dir = ${workplace.repository.cache}\n`;
  writeFileSync(join(other, '.dvc/config'), settings);
  writeFileSync(join(other, 'c'), 'c');
  const there = openWorkplace({ ...workplace, repository: await findRepository(other, process.env), directory: other });
  const [added] = await addPaths(there, ['c']);
  await addPaths(workplace, ['data']);
  const named = { ...nothing, dry: true, projects: ['../other'] };
  expect(await collectGarbage(workplace, named)).toMatchObject({ objects: 0 });
  expect(await collectGarbage(workplace, nothing)).toMatchObject({ objects: 1 });
  expect(there.cache.has(added!.found.md5)).toBe(false);
  await expect(collectGarbage(workplace, { ...nothing, projects: ['../nowhere'] })).rejects.toMatchObject({
    code: 'ASSAY_DVC_NOT_A_REPOSITORY',
  });
});
