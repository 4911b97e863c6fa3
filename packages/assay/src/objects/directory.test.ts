import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkout, type LinkType } from './checkout.ts';
import { formatDvcDirectory, formatManifest, hashPath, parseDvcDirectory, parseManifest } from './directory.ts';
import { FileObjectStore } from './file-store.ts';
import { hashBytes } from './hashing.ts';
import { dvcLayout, sha256Layout } from './layout.ts';
import { ObjectIndex } from './object-index.ts';
import { storePath } from './store-path.ts';

let folder: string;
let index: ObjectIndex;
let stores: { sha256: FileObjectStore; md5: FileObjectStore };
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-directory-'));
  index = new ObjectIndex(join(folder, 'index.db'));
  stores = {
    sha256: new FileObjectStore(sha256Layout(join(folder, 'objects')), index),
    md5: new FileObjectStore(dvcLayout(join(folder, 'cache'), join(folder, 'cache-tmp')), index),
  };
});
afterEach(async () => {
  await index.close();
  rmSync(folder, { recursive: true, force: true });
});

function makeTree(): string {
  const root = join(folder, 'data');
  for (const [path, text] of [
    ['b.txt', 'bee'],
    ['a/z.txt', 'zed'],
    ['a/empty', ''],
    ['ü.txt', 'umlaut'],
    ['😀.txt', 'face'],
    ['\uffff.txt', 'last of the plane'],
  ] as const) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, 'hollow'));
  symlinkSync('b.txt', join(root, 'link.txt'));
  symlinkSync('a', join(root, 'link-to-folder'));
  return root;
}

test('a directory is its files: links to files followed, links to folders and empty folders left out, sorted by code point', async () => {
  const content = await hashPath(makeTree(), index);
  expect(content.type === 'directory' && content.files.map((file) => file.path)).toEqual([
    'a/empty',
    'a/z.txt',
    'b.txt',
    'link.txt',
    'ü.txt',
    '\uffff.txt',
    '😀.txt',
  ]);
  expect(content.md5).toMatch(/^[0-9a-f]{32}\.dir$/);
});

test("DVC's list is byte for byte what Python's json writes", () => {
  const files = [
    { path: 'b "quoted" \\ back.txt', md5: 'd41d8cd98f00b204e9800998ecf8427e' },
    { path: 'ü/\u007f\t.txt', md5: '5d41402abc4b2a76b9719d911017c592' },
    { path: 'a😀', md5: '5d41402abc4b2a76b9719d911017c592' },
    { path: '\uffff', md5: '5d41402abc4b2a76b9719d911017c592' },
  ];
  const python = `import json,sys
entries=[{"md5":e["md5"],"relpath":e["path"]} for e in json.load(sys.stdin)]
sys.stdout.write(json.dumps(sorted(entries,key=lambda e:e["relpath"]),sort_keys=True))`;
  expect(Buffer.from(formatDvcDirectory(files)).toString()).toBe(
    '[{"md5": "5d41402abc4b2a76b9719d911017c592", "relpath": "a\\ud83d\\ude00"}, ' +
      '{"md5": "d41d8cd98f00b204e9800998ecf8427e", "relpath": "b \\"quoted\\" \\\\ back.txt"}, ' +
      '{"md5": "5d41402abc4b2a76b9719d911017c592", "relpath": "\\u00fc/\\u007f\\t.txt"}, ' +
      '{"md5": "5d41402abc4b2a76b9719d911017c592", "relpath": "\\uffff"}]',
  );
  let oracle: string | undefined;
  try {
    oracle = execFileSync('python3', ['-c', python], { input: JSON.stringify(files), encoding: 'utf8' });
  } catch {
    console.log('python3 was not found: its own output was not compared');
  }
  if (oracle !== undefined) expect(Buffer.from(formatDvcDirectory(files)).toString()).toBe(oracle);
});

test('both lists can be read back, whatever the names', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[/\\\0]/.test(text) && !/^\.\.?$/.test(text));
  const files = fc
    .uniqueArray(name, { maxLength: 8 })
    .map((paths) => paths.map((path) => ({ path, ...hashBytes(Buffer.from(path)) })));
  fc.assert(
    fc.property(files, (entries) => {
      const byPath = (list: readonly { path: string }[]) => new Map(list.map((file) => [file.path, file]));
      expect(byPath(parseManifest(formatManifest(entries)))).toEqual(byPath(entries));
      const dvc = entries.map(({ path, md5 }) => ({ path, md5 }));
      expect(byPath(parseDvcDirectory(formatDvcDirectory(dvc)))).toEqual(byPath(dvc));
    }),
    { numRuns: 200 },
  );
});

describe.each(['../out', '/etc/x', 'a/../../x', 'a//b', './a', 'a\\..\\b', 'nul\0', ''])(
  'a list with the path %j',
  (path) => {
    test('is refused before anything is written', async () => {
      const { md5, sha256, size } = await stores.sha256.put(Buffer.from('x'));
      expect(() => parseManifest(formatManifest([{ path, md5, sha256, size }]))).toThrow(
        expect.objectContaining({ code: 'ASSAY_PATH_ESCAPES' }),
      );
      const list = await stores.sha256.put(formatManifest([{ path, md5, sha256, size }]));
      const target = join(folder, 'target');
      await expect(checkout(stores.sha256, { type: 'directory', hash: list.sha256 }, target)).rejects.toMatchObject({
        code: 'ASSAY_PATH_ESCAPES',
      });
      expect(existsSync(target)).toBe(false);
    });
  },
);

test('a file that is also a folder in one list is refused', () => {
  const file = hashBytes(Buffer.from(''));
  const list = formatManifest([
    { path: 'a', ...file },
    { path: 'a/b', ...file },
  ]);
  expect(() => parseManifest(list)).toThrow(expect.objectContaining({ code: 'ASSAY_PATH_ESCAPES' }));
});

describe.each(['sha256', 'md5'] as const)('a checkout from the %s store', (algorithm) => {
  test('gives a directory back as it was', async () => {
    const store = stores[algorithm];
    const source = makeTree();
    const content = await storePath(store, source);
    const target = join(folder, 'deep', 'target');
    await checkout(store, { type: 'directory', hash: content[algorithm] }, target);
    expect(await hashPath(target, index)).toEqual(content);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['target']);
  });

  test.each(['hardlink', 'symlink', 'copy'] as const)('can make a %s', async (type: LinkType) => {
    const store = stores[algorithm];
    const name = (await store.put(Buffer.from('text')))[algorithm];
    const target = join(folder, 'target');
    await checkout(store, { type: 'file', hash: name }, target, { links: [type] });
    expect(readFileSync(target, 'utf8')).toBe('text');
    const [at, object] = [lstatSync(target), statSync(store.pathOf(name))];
    if (type === 'hardlink') expect(at.ino).toBe(object.ino);
    if (type === 'symlink') expect(readlinkSync(target)).toBe(store.pathOf(name));
    if (type === 'copy') expect([at.ino !== object.ino, (at.mode & 0o200) !== 0]).toEqual([true, true]);
  });

  test('falls back to the next kind of link, or says that there is none', async () => {
    const store = stores[algorithm];
    const name = (await store.put(Buffer.from('text')))[algorithm];
    await checkout(store, { type: 'file', hash: name }, join(folder, 'target'), { links: ['reflink', 'copy'] });
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('text');
  });

  test('replaces a file by a directory and back, and leaves what was there when an object is missing or damaged', async () => {
    const store = stores[algorithm];
    const directory = (await storePath(store, makeTree()))[algorithm];
    const file = (await store.put(Buffer.from('text')))[algorithm];
    const target = join(folder, 'target');
    await checkout(store, { type: 'file', hash: file }, target);
    await checkout(store, { type: 'directory', hash: directory }, target);
    expect(readFileSync(join(target, 'b.txt'), 'utf8')).toBe('bee');
    await checkout(store, { type: 'file', hash: file }, target);
    expect(readFileSync(target, 'utf8')).toBe('text');

    const object = store.pathOf(hashBytes(Buffer.from('bee'))[algorithm]);
    chmodSync(object, 0o644);
    writeFileSync(object, 'bed');
    await expect(checkout(store, { type: 'directory', hash: directory }, target)).rejects.toMatchObject({
      code: 'ASSAY_OBJECT_DAMAGED',
    });
    rmSync(object);
    await expect(checkout(store, { type: 'directory', hash: directory }, target)).rejects.toMatchObject({
      code: 'ASSAY_OBJECT_MISSING',
    });
    expect(readFileSync(target, 'utf8')).toBe('text');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

test('a socket, a broken link and a missing path are told', async () => {
  const root = makeTree();
  symlinkSync('nowhere', join(root, 'broken'));
  await expect(hashPath(root, index)).rejects.toMatchObject({ code: 'ASSAY_PATH_MISSING' });
  rmSync(join(root, 'broken'));
  const server = createServer().listen(join(root, 'socket'));
  await once(server, 'listening');
  await expect(hashPath(root, index)).rejects.toMatchObject({ code: 'ASSAY_PATH_NOT_REGULAR' });
  server.close();
});
