import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRepository } from '../dvc/index.ts';
import { ObjectIndex } from '../objects/index.ts';
import {
  addPaths,
  checkCache,
  mergeDataFiles,
  moveData,
  openWorkplace,
  rememberSha256,
  type Workplace,
} from './index.ts';

let root: string;
let workplace: Workplace;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-move-')));
  mkdirSync(join(root, '.dvc'));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  workplace = openWorkplace({
    repository: openRepository(root, { HOME: root }),
    directory: root,
    environment: { HOME: root },
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
});
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+w', root]);
  rmSync(root, { recursive: true, force: true });
});

test('data moves with its .dvc file, and is kept out of git at its new place', async () => {
  writeFileSync(join(root, 'a'), 'one');
  await addPaths(workplace, ['a']);
  mkdirSync(join(root, 'sub'));
  expect(await moveData(workplace, 'a', 'sub')).toMatchObject({ to: 'sub/a', file: 'sub/a.dvc' });
  expect(readFileSync(join(root, 'sub/a'), 'utf8')).toBe('one');
  expect(existsSync(join(root, 'a.dvc'))).toBe(false);
  expect(readFileSync(join(root, 'sub/.gitignore'), 'utf8')).toBe('/a\n');
  writeFileSync(join(root, 'taken'), 'other');
  await expect(moveData(workplace, 'sub/a', 'taken')).rejects.toMatchObject({ code: 'ASSAY_PATH_IN_THE_WAY' });
  expect(readFileSync(join(root, 'taken'), 'utf8')).toBe('other');
});

test('two versions of a folder are merged file by file, unless both changed one', async () => {
  mkdirSync(join(root, 'data'));
  const version = async (name: string, files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, 'data', file), text);
    await addPaths(workplace, ['data']);
    const text = readFileSync(join(root, 'data.dvc'));
    for (const file of Object.keys(files)) rmSync(join(root, 'data', file));
    writeFileSync(join(root, name), text);
    return join(root, name);
  };
  const ancestor = await version('ancestor', { a: '1', b: '2', c: '3' });
  const our = await version('our', { a: '1', b: 'mine', c: '3', d: 'new' });
  const their = await version('their', { a: 'theirs', b: '2' });
  const clashing = await version('clashing', { a: '1', b: 'other', c: '3' });
  const expected = readFileSync(await version('expected', { a: 'theirs', b: 'mine', d: 'new' }), 'utf8');
  await expect(mergeDataFiles(workplace, { ancestor, our, their: clashing })).rejects.toMatchObject({
    code: 'ASSAY_DVC_MERGE',
  });
  await mergeDataFiles(workplace, { ancestor, our, their });
  expect(readFileSync(our, 'utf8')).toBe(expected);
});

test('what was remembered by its SHA-256 has to have it', async () => {
  writeFileSync(join(root, 'a'), 'one');
  await addPaths(workplace, ['a']);
  const index = new ObjectIndex(join(root, 'index.db'));
  try {
    expect(await rememberSha256(workplace, index)).toMatchObject({ objects: 1, bytes: 3, corrupt: [] });
    const [md5 = ''] = [...workplace.cache.list()].map((one) => one.md5);
    expect(await index.sha256Of(md5)).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
    expect((await checkCache(workplace, new Map(), index)).corrupt).toEqual([]);
    const object = workplace.cache.pathOf(md5);
    chmodSync(object, 0o644);
    writeFileSync(object, 'two');
    expect((await checkCache(workplace, new Map(), index)).corrupt.map((one) => one.md5)).toEqual([md5]);
    // Known of another content by that MD5 already: as if the bytes here were made to collide.
    const forged = new ObjectIndex(join(root, 'forged.db'));
    writeFileSync(object, 'one');
    await forged.remember([{ md5, sha256: '0'.repeat(64), size: 3 }]);
    await expect(rememberSha256(workplace, forged)).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MD5_COLLISION' });
    expect((await checkCache(workplace, new Map(), forged)).corrupt.map((one) => one.md5)).toEqual([md5]);
    await forged.close();
  } finally {
    await index.close();
  }
});
