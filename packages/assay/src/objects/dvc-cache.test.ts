import { hash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DvcCache } from './dvc-cache.ts';

let base: string;
let data: string;
let cache: DvcCache;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-cache-'));
  data = join(base, 'data');
  mkdirSync(data);
  cache = open();
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function open(shared = false): DvcCache {
  return new DvcCache({
    root: join(base, 'cache'),
    temporary: join(base, 'tmp'),
    snapshots: join(base, 'snapshots'),
    links: ['copy'],
    shared,
  });
}

function write(name: string, content: string): void {
  mkdirSync(dirname(join(data, name)), { recursive: true });
  writeFileSync(join(data, name), content);
}

const md5 = (text: string) => hash('md5', text, 'hex');

test('a folder is listed as DVC lists it, sorted by code point, links to files followed', async () => {
  write('b', 'two');
  write('a/x', 'one');
  write('\u{1f600}', 'astral');
  write('\ufb00', 'basic');
  symlinkSync('b', join(data, 'link'));
  mkdirSync(join(base, 'elsewhere'));
  symlinkSync(join(base, 'elsewhere'), join(data, 'linked-folder'));
  mkdirSync(join(data, 'empty'));
  const found = await cache.add(data);
  if (found.kind !== 'directory') throw new Error('a folder is a directory');
  expect(found.entries.map(({ path }) => path)).toEqual(['a/x', 'b', 'link', '\ufb00', '\u{1f600}']);
  const list = readFileSync(cache.pathOf(found.md5), 'utf8');
  expect(found.md5).toBe(`${md5(list)}.dir`);
  expect(list).toContain(`{"md5": "${md5('basic')}", "relpath": "\\ufb00"}`);
  expect(cache.directory(found.md5).map(({ path }) => path)).toEqual(found.entries.map(({ path }) => path));
  expect(readFileSync(cache.pathOf(md5('one')), 'utf8')).toBe('one');
  expect(statSync(cache.pathOf(md5('one'))).mode & 0o777).toBe(0o444);
  expect(readdirSync(join(base, 'tmp'))).toEqual([]);
});

test('a change right after a scan is seen, also when size and mtime stay', async () => {
  for (let i = 0; i < 200; i++) write(`${i % 5}/${i}`, `content ${i}`);
  await cache.add(data);
  for (let round = 0; round < 60; round++) {
    const path = join(data, '3/3');
    const before = statSync(path);
    const text = `${round}`.padStart(9, '.');
    writeFileSync(path, text);
    utimesSync(path, before.atime, before.mtime);
    const found = await open().scan(data);
    expect(found?.kind === 'directory' && found.entries.find((one) => one.path === '3/3')?.md5).toBe(md5(text));
  }
});

test('files that come, go and change places are seen by a scan that knows the others', async () => {
  for (let i = 0; i < 20; i++) write(`f${i}`, `${i}`);
  const first = await cache.add(data);
  await delay(40);
  expect((await open().scan(data))?.md5).toBe(first.md5);
  expect((await open().scan(data))?.md5).toBe(first.md5);
  rmSync(join(data, 'f7'));
  write('new', 'new');
  const second = await open().scan(data);
  const fresh = join(base, 'other-snapshots');
  const unknowing = new DvcCache({
    root: cache.root,
    temporary: fresh,
    snapshots: fresh,
    links: ['copy'],
    shared: false,
  });
  expect(second?.md5).toBe((await unknowing.scan(data))?.md5);
  expect(second?.kind === 'directory' && second.nfiles).toBe(20);
  rmSync(join(data, 'new'));
  write('f7', '7');
  expect((await open().scan(data))?.md5).toBe(first.md5);
});

test('an object that goes away is missed, also when the cache was known to be complete', async () => {
  for (let i = 0; i < 300; i++) write(`f${i}`, `${i}`);
  const { md5: directory } = await cache.add(data);
  await delay(60);
  expect(open().missing(directory)).toEqual([]);
  expect(readdirSync(join(base, 'snapshots')).some((name) => name.endsWith('.complete'))).toBe(true);
  for (const gone of ['5', '250']) {
    rmSync(open().pathOf(md5(gone)));
    expect(open().missing(directory)).toEqual([md5(gone)]);
    expect(open().missing(directory)).toEqual([md5(gone)]);
    await open().add(data);
    expect(open().missing(directory)).toEqual([]);
    // At once, and after a while.
    await delay(gone === '5' ? 0 : 60);
  }
  cache.remove(directory);
  expect(cache.missing(directory)).toEqual([directory]);
});

test('the same cache, asked again, hears of what it removed itself', async () => {
  write('a', 'a');
  const { md5: directory } = await cache.add(data);
  await delay(60);
  expect(cache.missing(directory)).toEqual([]);
  cache.remove(md5('a'));
  expect(cache.missing(directory)).toEqual([md5('a')]);
});

test('what is known, but not in the cache any more, is put there again', async () => {
  for (let i = 0; i < 10; i++) write(`f${i}`, `${i}`);
  write('large', 'x'.repeat(2 ** 20 + 1));
  const first = await cache.add(data);
  await delay(40);
  rmSync(cache.root, { recursive: true });
  const second = await open().add(data);
  expect(second.md5).toBe(first.md5);
  expect(open().missing(first.md5)).toEqual([]);
});

test('files of every length around the limits of a read have their own MD5', async () => {
  for (const length of [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1]) {
    write('file', 'y'.repeat(length));
    const found = await cache.add(join(data, 'file'));
    expect(found).toMatchObject({ kind: 'file', md5: md5('y'.repeat(length)), size: length });
    expect(statSync(cache.pathOf(found.md5)).size).toBe(length);
  }
});

test('nothing that is received has its name before it was verified', async () => {
  const batch = cache.receiving();
  writeFileSync(batch.temporaryPath(md5('right')), 'right');
  writeFileSync(batch.temporaryPath(md5('wrong')), 'something else');
  await batch.received(md5('right'), 'a test');
  await expect(batch.received(md5('wrong'), 'a test')).rejects.toMatchObject({ code: 'ASSAY_OBJECT_DAMAGED' });
  expect(cache.has(md5('right'))).toBe(false);
  await batch.commit();
  await batch.end();
  expect(cache.has(md5('right'))).toBe(true);
  expect(statSync(cache.pathOf(md5('right'))).mode & 0o777).toBe(0o444);
  expect(cache.has(md5('wrong'))).toBe(false);
  expect(readdirSync(join(base, 'tmp'))).toEqual([]);
});

test('a shared cache can be added to by the group', async () => {
  write('a', 'a');
  await open(true).add(data);
  expect(statSync(cache.pathOf(md5('a'))).mode & 0o777).toBe(0o444);
  expect(statSync(dirname(cache.pathOf(md5('a')))).mode & 0o7777).toBe(0o2775);
});

test('a failed add leaves nothing under a name', async () => {
  write('a', 'a');
  symlinkSync('nowhere', join(data, 'z'));
  await expect(cache.add(data)).rejects.toMatchObject({ code: 'ASSAY_PATH_MISSING' });
  expect(existsSync(cache.pathOf(md5('a')))).toBe(false);
  expect(readdirSync(join(base, 'tmp'))).toEqual([]);
});

test('a name that is a path is refused', () => {
  for (const name of ['../../etc/passwd', '', 'A'.repeat(32), `${'0'.repeat(32)}.dir/..`]) {
    expect(() => cache.pathOf(name)).toThrow(expect.objectContaining({ code: 'ASSAY_OBJECT_NAME' }));
  }
});

test('an executable file is known as one', async () => {
  write('run', '#!/bin/sh\n');
  chmodSync(join(data, 'run'), 0o755);
  expect(await cache.add(join(data, 'run'))).toMatchObject({ isExecutable: true });
});
