import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportLedger } from './export.ts';
import { exportFolder } from './export-folder.ts';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';
import { Frontier, parseCheckpoint, portableHasher } from './proof/index.ts';
import type { RecordStore } from './store.ts';
import { parseTilePath, readTile, type TileName, tilePath, tilesBetween } from './tile.ts';

let base: string;
let out: string;
let ledger: LedgerFixture;
let store: RecordStore;
let count = 0;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'assay-export-'));
  out = join(base, 'public');
  ledger = ledgerIn(join(base, 'ledger'));
  store = await ledger.open();
});
afterEach(async () => {
  await store.close();
  rmSync(base, { recursive: true, force: true });
});

const grow = (records: number) => store.append(Array.from({ length: records }, () => draftOf(`paper ${count++}`)));
const read = (name: TileName) => readFileSync(join(out, tilePath(name)));
const files = () =>
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .sort();

/** The root that the files of a folder give: of the entries, and of the hashes in the tiles. */
function rootsOf(size: number): readonly Uint8Array[] {
  const [ofEntries, ofHashes] = [new Frontier(portableHasher), new Frontier(portableHasher)];
  for (let index = 0; index * 256 < size; index++) {
    const width = Math.min(256, size - index * 256);
    const bundle = read({ level: 'entries', index, width });
    for (let at = 0; at < bundle.length; ) {
      const length = bundle.readUInt16BE(at);
      ofEntries.add(portableHasher.leaf(bundle.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
    const hashes = read({ level: 0, index, width });
    for (let i = 0; i < width; i++) ofHashes.add(hashes.subarray(32 * i, 32 * i + 32));
  }
  return [ofEntries.root(), ofHashes.root()];
}

describe('an export', () => {
  test('holds every entry and hash, and grows with the ledger', async () => {
    for (const [records, size] of [
      [1, 1],
      [255, 256],
      [1, 257],
      [400, 657],
    ] as const) {
      await grow(records);
      expect(await exportLedger(store, exportFolder(out))).toMatchObject({ size, before: size - records });
      const { size: signed, root } = parseCheckpoint(readFileSync(join(out, 'checkpoint'), 'utf8'));
      expect(signed).toBe(size);
      for (const found of rootsOf(size)) expect(Buffer.from(found).equals(root)).toBe(true);
    }
    expect(files()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/145',
      'tile/1/000.p/1',
      'tile/1/000.p/2',
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/145',
    ]);
    expect(await exportLedger(store, exportFolder(out))).toMatchObject({ tiles: 0 });
  });

  test('does not touch the log of another ledger, nor one that it did not grow from', async () => {
    await grow(3);
    const other = ledgerIn(join(base, 'other'), 'example.test/other');
    const theirs = await other.open();
    await theirs.append([draftOf('x')]);
    await exportLedger(theirs, exportFolder(out));
    await theirs.close();
    await expect(exportLedger(store, exportFolder(out))).rejects.toMatchObject({ code: 'ASSAY_LEDGER_EXPORT_OTHER' });
    const twin = ledgerIn(join(base, 'twin'));
    const forked = await twin.open();
    await forked.append([draftOf('another'), draftOf('history')]);
    const fork = join(base, 'fork');
    await exportLedger(forked, exportFolder(fork));
    await forked.close();
    await expect(exportLedger(store, exportFolder(fork))).rejects.toMatchObject({ code: 'ASSAY_LEDGER_EXPORT_OTHER' });
    await exportLedger(store, exportFolder(join(base, 'own')));
    writeFileSync(join(fork, 'checkpoint'), 'no checkpoint');
    await expect(exportLedger(store, exportFolder(fork))).rejects.toMatchObject({ code: 'ASSAY_NOTE_MALFORMED' });
  });

  test.each([
    [
      'an entry',
      "UPDATE record SET entry = CAST(replace(CAST(entry AS TEXT), 'paper 5', 'paper X') AS BLOB) WHERE idx = 5",
    ],
    ['a hash beside an entry', 'UPDATE record SET hash = zeroblob(32) WHERE idx = 5'],
    ['a node of the tree', 'UPDATE node SET hash = zeroblob(32) WHERE level = 8 AND position = 0'],
    ['a record less', 'DELETE FROM record WHERE idx = 5'],
  ])('is not made of a ledger in which %s was changed', async (_what, change) => {
    count = 0;
    await grow(300);
    const database = new DatabaseSync(ledger.options.databaseFile);
    database.exec(change);
    database.close();
    await expect(exportLedger(store, exportFolder(out))).rejects.toMatchObject({ code: 'ASSAY_LEDGER_DAMAGED' });
    expect(existsSync(join(out, 'checkpoint'))).toBe(false);
  });

  test('is refused while there is nothing to sign', async () => {
    await expect(exportLedger(store, exportFolder(out))).rejects.toMatchObject({ code: 'ASSAY_LEDGER_EMPTY' });
  });
});

describe('a tile', () => {
  test('has one path', () => {
    const known: readonly (readonly [TileName, string])[] = [
      [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
      [{ level: 3, index: 1_234_067, width: 256 }, 'tile/3/x001/x234/067'],
      [{ level: 'entries', index: 999, width: 1 }, 'tile/entries/999.p/1'],
      [{ level: 1, index: 1000, width: 255 }, 'tile/1/x001/000.p/255'],
    ];
    for (const [name, path] of known) {
      expect(tilePath(name)).toBe(path);
      expect(parseTilePath(path)).toEqual(name);
    }
    const wrong = [
      'tile/0/0',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/00/000',
      'tile/0/001/002',
    ];
    for (const path of [...wrong, 'tile/0/000.p/01', '../tile/0/000', 'checkpoint', '']) {
      expect(parseTilePath(path), path).toBeUndefined();
    }
  });

  test('that the ledger has not all of is not made', async () => {
    await grow(300);
    for (const name of tilesBetween(0, 300)) expect(await readTile(store, name)).toBeDefined();
    expect(await readTile(store, { level: 0, index: 1, width: 45 })).toBeUndefined();
    expect(await readTile(store, { level: 'entries', index: 1, width: 256 })).toBeUndefined();
    expect(await readTile(store, { level: 1, index: 0, width: 2 })).toBeUndefined();
    expect(await readTile(store, { level: 90, index: 0, width: 1 })).toBeUndefined();
    await expect(store.subtree(0, 300)).rejects.toMatchObject({ code: 'ASSAY_PROOF_RANGE' });
  });
});
