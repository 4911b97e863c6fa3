import { hash } from 'node:crypto';
import {
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
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LinkType } from './checkout.ts';
import { DvcCache } from './dvc-cache.ts';
import { checkoutObject, linkKind } from './dvc-checkout.ts';

let base: string;
let data: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-checkout-'));
  data = join(base, 'data');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function open(...links: readonly LinkType[]): DvcCache {
  return new DvcCache({
    root: join(base, 'cache'),
    temporary: join(base, 'tmp'),
    snapshots: join(base, 'snapshots'),
    links: links.length === 0 ? ['copy'] : links,
    shared: false,
  });
}

const files: Readonly<Record<string, string>> = { a: 'one', 'deep/er/b': 'two', 'deep/c': '', ü: 'three' };
const md5 = (text: string) => hash('md5', text, 'hex');

async function stored(content = files): Promise<string> {
  const source = mkdtempSync(join(base, 'source-'));
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), text);
  }
  return (await open().add(source)).md5;
}

function contents(): Record<string, string> {
  const list = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const names = list.map((entry) => join(entry.parentPath, entry.name).slice(data.length + 1));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(data, name), 'utf8')]));
}

describe.each(['copy', 'hardlink', 'symlink'] as const)('by %s', (link) => {
  test('a folder comes into being, and a second time nothing is to do', async () => {
    const cache = open(link);
    const directory = await stored();
    const first = await checkoutObject(cache, { md5: directory }, data);
    expect(first).toMatchObject({ change: 'added', files: { added: 4, modified: 0, deleted: 0 }, missing: [] });
    expect(contents()).toEqual(files);
    expect(linkKind(join(data, 'a'), cache.pathOf(md5('one')))).toBe(link === 'copy' ? undefined : link);
    const second = await checkoutObject(cache, { md5: directory }, data);
    expect(second).toMatchObject({ change: undefined, files: { added: 0, modified: 0, deleted: 0 } });
  });

  test('only what differs is touched; what is too much goes', async () => {
    const cache = open(link);
    await checkoutObject(cache, { md5: await stored() }, data);
    const inode = statSync(join(data, 'ü')).ino;
    const next = await stored({ ...files, a: 'changed', 'deep/c': 'no longer empty', more: 'new' });
    writeFileSync(join(data, 'own'), 'one');
    const result = await checkoutObject(cache, { md5: next }, data);
    expect(result).toMatchObject({ change: 'modified', files: { added: 1, modified: 2, deleted: 1 } });
    expect(contents()).toEqual({ ...files, a: 'changed', 'deep/c': 'no longer empty', more: 'new' });
    expect(statSync(join(data, 'ü')).ino).toBe(inode);
    expect(readFileSync(cache.pathOf(md5('one')), 'utf8')).toBe('one');
  });

  test('what stands in the way of a file or a folder gives way', async () => {
    const cache = open(link);
    mkdirSync(join(data, 'a/inner'), { recursive: true });
    symlinkSync(base, join(data, 'deep'));
    await checkoutObject(cache, { md5: await stored() }, data, { force: true });
    expect(contents()).toEqual(files);
    expect(lstatSync(join(data, 'deep')).isDirectory()).toBe(true);
    expect(existsSync(join(base, 'er'))).toBe(false);
  });

  test('one part comes back alone', async () => {
    const cache = open(link);
    const directory = await stored();
    await checkoutObject(cache, { md5: directory }, data, { only: 'deep' });
    expect(Object.keys(contents())).toEqual(['deep/c', 'deep/er/b']);
  });
});

test('an empty file is never linked: a line added to one would be added to all', async () => {
  await checkoutObject(open('hardlink'), { md5: await stored({ x: '', y: '' }) }, data);
  expect(statSync(join(data, 'x')).ino).not.toBe(statSync(join(data, 'y')).ino);
});

test('one kind of link is made into another', async () => {
  const directory = await stored();
  await checkoutObject(open('copy'), { md5: directory }, data);
  await checkoutObject(open('symlink'), { md5: directory }, data, { relink: true });
  expect(readlinkSync(join(data, 'a'))).toBe(open().pathOf(md5('one')));
  await checkoutObject(open('copy'), { md5: directory }, data, { relink: true });
  expect(lstatSync(join(data, 'a')).isFile()).toBe(true);
  expect(contents()).toEqual(files);
});

test('what is not in the cache stays, unless forced', async () => {
  const directory = await stored();
  await checkoutObject(open(), { md5: directory }, data);
  writeFileSync(join(data, 'a'), 'mine');
  const refused = checkoutObject(open(), { md5: directory }, data);
  await expect(refused).rejects.toMatchObject({ code: 'ASSAY_DVC_NOT_IN_CACHE' });
  expect(readFileSync(join(data, 'a'), 'utf8')).toBe('mine');
  await checkoutObject(open(), { md5: directory }, data, { force: true });
  expect(contents()).toEqual(files);
});

test('a damaged object is not checked out', async () => {
  const directory = await stored();
  const object = open().pathOf(md5('two'));
  rmSync(object);
  writeFileSync(object, 'not two');
  const failed = checkoutObject(open('copy'), { md5: directory }, data);
  await expect(failed).rejects.toMatchObject({ code: 'ASSAY_OBJECT_DAMAGED' });
  expect(existsSync(join(data, 'deep/er/b'))).toBe(false);
});

test('a missing object is named, and the rest comes', async () => {
  const directory = await stored();
  rmSync(open().pathOf(md5('two')));
  const result = await checkoutObject(open(), { md5: directory }, data, { allowMissing: true });
  expect(result.missing).toEqual([md5('two')]);
  expect(Object.keys(contents())).toEqual(['a', 'deep/c', 'ü']);
  await expect(checkoutObject(open(), { md5: directory }, data)).rejects.toMatchObject({
    code: 'ASSAY_OBJECT_MISSING',
  });
});
