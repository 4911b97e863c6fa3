import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from './main.ts';

let base: string;
let root: string;
let file: string;
let list: string;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'assay-damaged-'));
  root = join(base, 'project');
  put('.dvc/config', `[core]\n    remote = r\n['remote "r"']\n    url = ../../remote\n`);
  put('.dvc/.gitignore', '/tmp\n/cache\n');
  put('folder/a', 'one\n');
  put('folder/b', 'two\n');
  expect(await assay('add', 'folder')).toMatch(/^0: /);
  expect(await assay('push')).toMatch(/^0: /);
  list = globSync(`${root}/.dvc/cache/files/md5/*/*.dir`)[0]!;
  file = join(root, '.dvc/cache/files/md5/5b/bf5a52328e7439ae6e719dfe712200');
  expect(readFileSync(file, 'utf8')).toBe('one\n');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function damage(path: string, content: string | undefined): void {
  rmSync(path);
  if (content === undefined) mkdirSync(path);
  else {
    writeFileSync(path, content);
    chmodSync(path, 0o444);
  }
}

/** Runs a command in this process; what it said, on whichever stream. */
async function assay(...argv: readonly string[]): Promise<string> {
  let said = '';
  const stream = { write: (text: string) => (said += text) };
  const code = await main(['-C', root, ...argv], { stdout: stream, stderr: stream });
  return `${code}: ${said}`;
}

const remove = () => rmSync(join(root, 'folder'), { recursive: true });

describe.each([
  ['other bytes', 'ONE\n'],
  ['fewer bytes', 'o'],
  ['no bytes', ''],
  ['a folder in its place', undefined],
] as const)('an object in the cache with %s', (_what, content) => {
  it('is not brought into the workspace, is found by a check, and fetched anew', async () => {
    damage(file, content);
    remove();
    const said = await assay('checkout');
    expect(said).toMatch(
      /^(?!0: ).*ASSAY_(?:OBJECT_DAMAGED|PATH_NOT_REGULAR|FILE_UNUSABLE|OBJECT_MISSING|DVC_NOT_IN_CACHE)/s,
    );
    expect(said).toContain('bf5a52328e7439ae6e719dfe712200');
    expect(existsSync(join(root, 'folder/a'))).toBe(false);
    if (content === undefined) return rmSync(file, { recursive: true });
    expect(await assay('cache', 'check')).toMatch(/^(?!0: ).*5bbf5a52328e7439ae6e719dfe712200/s);
    expect(await assay('cache', 'check', '--repair')).toMatch(/^0: /);
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    expect(await assay('pull')).toMatch(/^0: /);
    expect(readFileSync(join(root, 'folder/a'), 'utf8')).toBe('one\n');
  });
});

describe.each([
  ['cut off', '[{"md5": "5bbf5a52328e7439ae6e719dfe7122'],
  ['no list', '{"a": 1}'],
  ['empty', ''],
  ['no text', '\0\0\0\0'],
  ['another list', '[]'],
] as const)('a list of a directory that is %s', (_what, content) => {
  it.each([
    'checkout',
    'gc --workspace --force',
    'gc --workspace --cloud --force',
    'push',
    'fetch',
    'status',
    'status --cloud',
    'commit --force',
  ])('%s is refused or does its work, and takes nothing away', async (words) => {
    damage(list, content);
    remove();
    const said = await assay(...words.split(' '));
    expect(said).not.toContain('ASSAY_UNEXPECTED');
    if (!said.startsWith('0: ')) expect(said).toMatch(/ASSAY_[A-Z_]+: \S/);
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    expect(existsSync(join(base, 'remote/files/md5/5b/bf5a52328e7439ae6e719dfe712200'))).toBe(true);
  });
});

it('without a cache at all, status tells of it, and pull brings everything', async () => {
  rmSync(join(root, '.dvc/cache'), { recursive: true });
  expect(await assay('status')).toContain('not in cache');
  remove();
  expect(await assay('checkout')).toMatch(/^(?!0: )/);
  expect(await assay('pull')).toMatch(/^0: /);
  expect(readFileSync(join(root, 'folder/b'), 'utf8')).toBe('two\n');
});
