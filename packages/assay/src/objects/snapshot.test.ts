import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Known, Snapshot, tells } from './snapshot.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const md5 = '0123456789abcdef0123456789abcdef';
const statsOf = ({ size, mtimeMs, ctimeMs, ino }: Known) => ({ size, mtimeMs, ctimeMs, ino }) as Stats;

test('what is written is read again, in any order of asking', () => {
  const known = fc.record({
    path: fc.string({ minLength: 1, unit: 'grapheme' }).filter((path) => !path.includes('\0') && path.isWellFormed()),
    size: fc.nat(),
    mtimeMs: fc.double({ min: 1, max: 1.5e12, noNaN: true }),
    ctimeMs: fc.double({ min: 1, max: 1.5e12, noNaN: true }).filter((time) => time % 1000 !== 0),
    ino: fc.maxSafeNat(),
    md5: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(known, { selector: ({ path }) => path, maxLength: 20 }), fc.nat(), (files, seed) => {
      Snapshot.write(folder, '/data', 'md5', { directory: 'x.dir', files }, Date.now());
      const snapshot = Snapshot.read(folder, '/data', 'md5');
      expect(snapshot.first(files.length)).toEqual(files);
      const turned = files.map((_, i) => files[(i * 7 + seed) % files.length]!);
      for (const file of [...files, ...turned, ...files.toReversed()]) {
        expect(snapshot.md5Of(file.path, statsOf(file))).toBe(file.md5);
      }
      expect(
        snapshot.md5Of('\0none', statsOf(files[0] ?? { path: '', size: 0, mtimeMs: 0, ctimeMs: 0, ino: 0, md5 })),
      ).toBe(undefined);
    }),
  );
});

test('a change of size, times or inode shows', () => {
  const file = { path: 'a', size: 5, mtimeMs: 1000.5, ctimeMs: 1000.5, ino: 7, md5 };
  Snapshot.write(folder, '/data', 'md5', { directory: '', files: [file] }, Date.now());
  const snapshot = Snapshot.read(folder, '/data', 'md5');
  expect(snapshot.md5Of('a', statsOf(file))).toBe(md5);
  for (const change of [{ size: 6 }, { mtimeMs: 1000.25 }, { ctimeMs: 1001.5 }, { ino: 8 }]) {
    expect(snapshot.md5Of('a', statsOf({ ...file, ...change }))).toBe(undefined);
  }
});

test('a file that was changed within a tick of being looked at is read again', () => {
  const now = Date.now();
  const racy = (age: number) => {
    const file = { path: 'a', size: 5, mtimeMs: now - age + 0.5, ctimeMs: now - age + 0.5, ino: 7, md5 };
    Snapshot.write(folder, '/data', 'md5', { directory: '', files: [file] }, now);
    return Snapshot.read(folder, '/data', 'md5').md5Of('a', statsOf(file));
  };
  expect(racy(0)).toBe(undefined);
  expect(racy(19)).toBe(undefined);
  // A clock that was set back: the file is from the future.
  expect(racy(-5000)).toBe(undefined);
  expect(racy(1000)).toBe(md5);
});

test('an old mtime does not hide that the file was written just now', () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'one');
  utimesSync(path, 1_000_000, 1_000_000);
  expect(tells(statSync(path), Date.now())).toBe(false);
});

test('times in whole seconds prove nothing', () => {
  expect(tells({ mtimeMs: 5_000_000, ctimeMs: 5_000_000 }, Date.now())).toBe(false);
  expect(tells({ mtimeMs: 5_000_000, ctimeMs: 5_000_000.25 }, Date.now())).toBe(true);
});

test('a second change of the same size in the same second shows in the ctime', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'one');
  await delay(40);
  const before = statSync(path);
  const file = { path: '', size: 3, mtimeMs: before.mtimeMs, ctimeMs: before.ctimeMs, ino: before.ino, md5 };
  Snapshot.write(folder, path, 'md5', { directory: '', files: [file] }, Date.now());
  writeFileSync(path, 'two');
  utimesSync(path, before.atime, before.mtime);
  expect(Snapshot.read(folder, path, 'md5').md5Of('', statSync(path))).toBe(undefined);
});

test('a damaged snapshot, or one of another path, counts as none', () => {
  const file = { path: 'a', size: 5, mtimeMs: 1000.5, ctimeMs: 1000.5, ino: 7, md5 };
  Snapshot.write(folder, '/data', 'md5', { directory: 'x.dir', files: [file] }, Date.now());
  expect(Snapshot.read(folder, '/other', 'md5').count).toBe(0);
  expect(Snapshot.read(folder, '/data', 'md5-dos2unix').count).toBe(0);
  expect(Snapshot.read(folder, '/data', 'md5').count).toBe(1);
  const name = join(folder, readdirSync(folder)[0]!);
  const bytes = readFileSync(name);
  for (const at of [0, 20, bytes.length - 1]) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    writeFileSync(name, damaged);
    expect(Snapshot.read(folder, '/data', 'md5').count).toBe(0);
  }
  writeFileSync(name, bytes.subarray(0, 30));
  expect(Snapshot.read(folder, '/data', 'md5').count).toBe(0);
});
