import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileObjectStore } from './file-store.ts';
import { hashBytes } from './hashing.ts';
import { dvcLayout, sha256Layout } from './layout.ts';
import { ObjectIndex } from './object-index.ts';

let folder: string;
let index: ObjectIndex;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-objects-'));
  index = new ObjectIndex(join(folder, 'index.db'));
});
afterEach(async () => {
  await index.close();
  rmSync(folder, { recursive: true, force: true });
});

const hello = Buffer.from('hello');
const names = {
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  md5: '5d41402abc4b2a76b9719d911017c592',
};

/** Two 128-byte blocks with one MD5: Wang, Feng, Lai and Yu, "Collisions for Hash Functions MD4, MD5, HAVAL-128 and RIPEMD", 2004. */
const collision = [
  'd131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70',
  'd131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f8955ad340609f4b30283e4888325f1415a085125e8f7cdc99fd91dbd7280373c5bd8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70',
].map((text) => Buffer.from(text, 'hex')) as [Buffer, Buffer];

describe.each([
  [
    'the SHA-256 store',
    (root: string) => sha256Layout(root),
    `sha256/${names.sha256.slice(0, 2)}/${names.sha256.slice(2)}`,
  ],
  [
    'the cache of DVC',
    (root: string) => dvcLayout(root, join(root, 'tmp')),
    `files/md5/${names.md5.slice(0, 2)}/${names.md5.slice(2)}`,
  ],
] as const)('%s', (_, layoutAt, path) => {
  let root: string;
  let store: FileObjectStore;
  beforeEach(() => {
    root = join(folder, 'store');
    store = new FileObjectStore(layoutAt(root), index);
  });
  const nameOf = (bytes: Uint8Array) => hashBytes(bytes)[store.algorithm];

  test('keeps bytes, read-only, where the layout says', async () => {
    expect(await store.put(hello)).toEqual({ ...names, size: 5 });
    expect(readFileSync(join(root, path))).toEqual(hello);
    expect(statSync(join(root, path)).mode & 0o777).toBe(0o444);
    expect(await store.read(nameOf(hello))).toEqual(hello);
    expect(await buffer(store.stream(nameOf(hello)))).toEqual(hello);
    expect(await store.size(nameOf(hello))).toBe(5);
    expect(await store.has(nameOf(Buffer.from('other')))).toBe(false);
  });

  test('hashes and copies a file of several chunks', async () => {
    const bytes = randomBytes(9 * 2 ** 20 + 7);
    writeFileSync(join(folder, 'file'), bytes);
    const hashes = await store.batch((batch) => batch.putFile(join(folder, 'file')));
    expect(hashes.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(hashes.md5).toBe(createHash('md5').update(bytes).digest('hex'));
    expect(Buffer.compare(await store.read(nameOf(bytes)), bytes)).toBe(0);
  });

  test('a batch shows nothing before it is whole, and nothing at all when it fails', async () => {
    await expect(
      store.batch(async (batch) => {
        await batch.put(hello);
        expect(await store.has(nameOf(hello))).toBe(false);
        throw new Error('in the middle');
      }),
    ).rejects.toThrow('in the middle');
    expect(await store.has(nameOf(hello))).toBe(false);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  test('a batch of many files, some the same, is one write of each', async () => {
    await store.batch(async (batch) => {
      for (let i = 0; i < 200; i++) await batch.put(Buffer.from(`text ${i % 100}`));
    });
    for (let i = 0; i < 100; i++) expect(await store.has(nameOf(Buffer.from(`text ${i}`)))).toBe(true);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  test('an object that is not its name is refused, whichever way it is read', async () => {
    await store.put(hello);
    chmodSync(store.pathOf(nameOf(hello)), 0o644);
    writeFileSync(store.pathOf(nameOf(hello)), 'jello');
    const damaged = { code: 'ASSAY_OBJECT_DAMAGED' };
    await expect(store.read(nameOf(hello))).rejects.toMatchObject(damaged);
    await expect(store.check(nameOf(hello))).rejects.toMatchObject(damaged);
    await expect(store.verify(nameOf(hello))).rejects.toMatchObject(damaged);
    await expect(buffer(store.stream(nameOf(hello)))).rejects.toMatchObject(damaged);
  });

  test('an object that was changed in its place is written again', async () => {
    const { sha256 } = await store.put(hello);
    const path = store.pathOf(nameOf(hello));
    rmSync(path);
    writeFileSync(path, Buffer.from(hello).fill('x'));
    await expect(store.read(nameOf(hello))).rejects.toMatchObject({ code: 'ASSAY_OBJECT_DAMAGED' });
    expect(await store.put(hello)).toMatchObject({ sha256 });
    expect(await store.read(nameOf(hello))).toEqual(hello);
  });

  test('an object that was cut short is written again', async () => {
    const path = store.pathOf(nameOf(hello));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'he');
    await store.put(hello);
    expect(await store.read(nameOf(hello))).toEqual(hello);
  });

  test('a missing object, and a name that is none', async () => {
    await expect(store.read(nameOf(hello))).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MISSING' });
    await expect(store.verify(nameOf(hello))).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MISSING' });
    await expect(store.has('../../etc/passwd')).rejects.toMatchObject({ code: 'ASSAY_OBJECT_NAME' });
  });

  test('two contents with one MD5 are told apart by their SHA-256', async () => {
    expect(hashBytes(collision[0]).md5).toBe(hashBytes(collision[1]).md5);
    await store.put(collision[0]);
    await expect(store.put(collision[1])).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MD5_COLLISION' });
    await expect(
      store.batch(async (batch) => {
        await batch.put(collision[1]);
      }),
    ).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MD5_COLLISION' });
    expect(await store.read(nameOf(collision[0]))).toEqual(collision[0]);
  });
});

test('an MD5 collision with an object that another tool put into the cache is noticed', async () => {
  const store = new FileObjectStore(dvcLayout(join(folder, 'cache'), join(folder, 'tmp')), index);
  const path = store.pathOf(hashBytes(collision[0]).md5);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, collision[0], { mode: 0o444 });
  await expect(store.put(collision[1])).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MD5_COLLISION' });
});

test('a temporary folder that a killed process left is swept away after a day', async () => {
  const layout = sha256Layout(join(folder, 'store'));
  const [stale, fresh] = [join(layout.temporary, '1-0123456789ab'), join(layout.temporary, '1-0123456789ac')];
  for (const path of [stale, fresh]) mkdirSync(path, { recursive: true });
  const before = new Date(Date.now() - 25 * 3600 * 1000);
  utimesSync(stale, before, before);
  await new FileObjectStore(layout, index).put(hello);
  expect([existsSync(stale), existsSync(fresh)]).toEqual([false, true]);
});

describe('the index of files', () => {
  test('reads a file again only when its times, size or inode have changed', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'one');
    const first = await index.hashesOf(file);
    await index.remember([]);
    expect(await index.known(statSync(file, { bigint: true }))).toEqual(first);
    writeFileSync(file, 'two');
    expect((await index.hashesOf(file)).sha256).toBe(hashBytes(Buffer.from('two')).sha256);
  });

  test('notices a change of the same size in the same instant as the first reading', async () => {
    const file = join(folder, 'file');
    for (let i = 0; i < 20; i++) {
      writeFileSync(file, `a${String(i).padStart(3, '0')}`);
      await index.hashesOf(file);
      await index.remember([]);
      writeFileSync(file, `b${String(i).padStart(3, '0')}`);
      expect((await index.hashesOf(file)).sha256).toBe(hashBytes(readFileSync(file)).sha256);
    }
  });

  test('is kept over closing', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'one');
    const hashes = await index.hashesOf(file);
    await index.close();
    index = new ObjectIndex(join(folder, 'index.db'));
    expect(await index.known(statSync(file, { bigint: true }))).toEqual(hashes);
  });
});
