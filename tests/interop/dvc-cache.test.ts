import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  checkout,
  dvcLayout,
  FileObjectStore,
  ObjectIndex,
  storePath,
} from '../../packages/assay/src/objects/index.ts';
import { interopTool } from './tools.ts';

let project: string;
let index: ObjectIndex;
let cache: FileObjectStore;
const path = (...names: string[]) => join(project, ...names);
const dvc = (...words: string[]) =>
  execFileSync(interopTool('dvc/bin/dvc'), words, {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, DVC_NO_ANALYTICS: '1', HOME: project },
  });

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'assay-dvc-'));
  dvc('init', '--no-scm', '--quiet');
  index = new ObjectIndex(path('index.db'));
  cache = new FileObjectStore(dvcLayout(path('.dvc', 'cache'), path('.dvc', 'tmp', 'assay')), index);
});
afterEach(async () => {
  await index.close();
  rmSync(project, { recursive: true, force: true });
});

function writeTree(root: string): void {
  for (const [name, text] of [
    ['b.txt', 'bee'],
    ['a/z.txt', 'zed'],
    ['a/empty', ''],
    ['quo"te ü.txt', 'umlaut'],
    ['😀.txt', 'face'],
    ['\uffff.txt', 'last of the plane'],
  ] as const) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

/** All files under a folder with their bytes. */
function contents(root: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(root, prefix), { withFileTypes: true })) {
    const name = join(prefix, entry.name);
    if (entry.isDirectory()) Object.assign(found, contents(root, name));
    else found[name] = readFileSync(join(root, name), 'base64');
  }
  return found;
}

test('DVC checks out what we stored, and finds nothing changed', async () => {
  writeTree(path('data'));
  writeFileSync(path('single.bin'), Buffer.alloc(100_000, 'x'));
  const directory = await storePath(cache, path('data'));
  const file = await storePath(cache, path('single.bin'));
  const before = contents(path('data'));
  if (directory.type !== 'directory') throw new Error('not a directory');
  writeFileSync(
    path('data.dvc'),
    `outs:\n- md5: ${directory.md5}\n  size: ${directory.size}\n  nfiles: ${directory.files.length}\n  hash: md5\n  path: data\n`,
  );
  writeFileSync(
    path('single.bin.dvc'),
    `outs:\n- md5: ${file.md5}\n  size: ${file.size}\n  hash: md5\n  path: single.bin\n`,
  );
  expect(dvc('status')).toMatch(/up to date/);
  rmSync(path('data'), { recursive: true });
  rmSync(path('single.bin'));
  dvc('checkout');
  expect(contents(path('data'))).toEqual(before);
  expect(statSync(path('single.bin')).size).toBe(100_000);
  expect(dvc('status')).toMatch(/up to date/);
});

test('what DVC added has the same names and the same bytes as what we would have stored, and we check it out', async () => {
  writeTree(path('data'));
  dvc('add', 'data');
  const byDvc = contents(path('.dvc', 'cache', 'files', 'md5'));
  const md5 = /md5: (\S+\.dir)/.exec(readFileSync(path('data.dvc'), 'utf8'))?.[1];
  if (md5 === undefined) throw new Error('data.dvc names no directory');
  await checkout(cache, { type: 'directory', hash: md5 }, path('copy'));
  expect(contents(path('copy'))).toEqual(contents(path('data')));
  rmSync(path('.dvc', 'cache', 'files'), { recursive: true, force: true });
  const stored = await storePath(cache, path('data'));
  expect(stored.md5).toBe(md5);
  expect(contents(path('.dvc', 'cache', 'files', 'md5'))).toEqual(byDvc);
});
