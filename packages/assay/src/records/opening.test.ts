import { generateKeyPairSync } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AssayError } from '../errors.ts';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';
import { formatVkey, parseCheckpoint } from './proof/index.ts';
import { ed25519Signer } from './signer.ts';
import { openSqliteRecords } from './sqlite/open.ts';
import { verifyLedger } from './verify.ts';

let folder: string;
let ledger: LedgerFixture;
const path = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-opening-'));
  ledger = ledgerIn(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the ledger, adds records one commit at a time, and closes it. */
async function add(...ids: string[]): Promise<void> {
  const store = await ledger.open();
  for (const id of ids) await store.append([draftOf(id)]);
  await store.close();
}

const refused = async (code: string, message: RegExp) => {
  await expect(ledger.open()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
};

describe('an old copy of the database is refused, and told what it lacks', () => {
  beforeEach(async () => {
    await add('a', 'b', 'c');
    copyFileSync(path('assay.db'), path('old.db'));
    copyFileSync(path('checkpoint'), path('old-checkpoint'));
    await add('d', 'e');
  });

  test('by the checkpoint file', async () => {
    copyFileSync(path('old.db'), path('assay.db'));
    rmSync(path('high-water'), { recursive: true });
    await refused(
      'ASSAY_LEDGER_BEHIND',
      /checkpoint file .* vouches for 5 records, the database holds 3: records 3 to 4 are missing/,
    );
    expect((await ledger.verify()).failures).toMatchObject([{ check: 'checkpoint-file' }]);
  });

  test('by the high-water mark, when the whole folder was put back', async () => {
    copyFileSync(path('old.db'), path('assay.db'));
    copyFileSync(path('old-checkpoint'), path('checkpoint'));
    await refused('ASSAY_LEDGER_BEHIND', /high-water mark of this home vouches for 5 records/);
    expect((await ledger.verify()).failures).toMatchObject([{ check: 'high-water' }]);
  });

  test('a database that is gone is not begun anew', async () => {
    rmSync(path('assay.db'));
    expect((await ledger.verify()).failures).toMatchObject([
      { check: 'database', message: expect.stringMatching(/missing/) },
    ]);
    await refused('ASSAY_LEDGER_BEHIND', /vouches for 5 records, the database holds 0/);
  });

  test('an old copy that was added to is a fork, even with the real key', async () => {
    copyFileSync(path('old.db'), path('assay.db'));
    const elsewhere = {
      ...ledger.options,
      checkpointFile: path('other-checkpoint'),
      highWater: { read: () => undefined, write() {} },
    };
    const store = await openSqliteRecords(elsewhere);
    for (const id of ['x', 'y', 'z']) await store.append([draftOf(id)]);
    await store.close();
    await refused('ASSAY_LEDGER_FORKED', /vouches for other records than the first 5/);
    const { failures } = await ledger.verify();
    expect(failures.map(({ check }) => check)).toEqual(['checkpoint-file', 'high-water']);
  });
});

describe('what a killed process left undone heals by itself', () => {
  test('a checkpoint file and a mark of one commit earlier', async () => {
    await add('a');
    copyFileSync(path('checkpoint'), path('old-checkpoint'));
    cpSync(path('high-water'), path('old-high-water'), { recursive: true });
    await add('b');
    copyFileSync(path('old-checkpoint'), path('checkpoint'));
    rmSync(path('high-water'), { recursive: true });
    cpSync(path('old-high-water'), path('high-water'), { recursive: true });
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 2 });
    await (await ledger.open()).close();
    expect(parseCheckpoint(readFileSync(path('checkpoint'), 'utf8')).size).toBe(2);
    expect(ledger.options.highWater.read('example.test/ledger')?.size).toBe(2);
  });

  test('none at all after the first commit', async () => {
    await add('a');
    rmSync(path('checkpoint'));
    rmSync(path('high-water'), { recursive: true });
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 1 });
    await (await ledger.open()).close();
    expect(existsSync(path('checkpoint'))).toBe(true);
  });

  test('but a file that is missing later is told by verify', async () => {
    await add('a', 'b');
    rmSync(path('checkpoint'));
    expect((await ledger.verify()).failures).toMatchObject([
      { check: 'checkpoint-file', message: expect.stringMatching(/missing/) },
    ]);
  });

  test('temporary files of a killed process are not taken for the checkpoint', async () => {
    await add('a');
    writeFileSync(`${path('checkpoint')}.123-0.tmp`, 'half a li');
    await add('b');
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 2 });
  });
});

test('any byte of the checkpoint file changed is refused and named', async () => {
  await add('a', 'b', 'c');
  const good = readFileSync(path('checkpoint'));
  for (let i = 0; i < good.length; i++) {
    const bad = Buffer.from(good);
    bad[i]! ^= 1 << (i % 8);
    writeFileSync(path('checkpoint'), bad);
    await expect(ledger.open(), `byte ${i}`).rejects.toMatchObject({ code: 'ASSAY_CHECKPOINT_FILE_INVALID' });
    if (i % 10 === 0)
      expect((await ledger.verify()).failures, `byte ${i}`).toMatchObject([{ check: 'checkpoint-file' }]);
  }
  writeFileSync(path('checkpoint'), good);
  expect(await ledger.verify()).toMatchObject({ ok: true });
});

test('a high-water mark that was changed is refused and named', async () => {
  await add('a', 'b');
  const file = join(folder, 'high-water', 'example.test%2Fledger.mark');
  const good = readFileSync(file, 'utf8');
  for (const [bad, code] of [
    ['not JSON', 'ASSAY_HIGH_WATER_INVALID'],
    [good.replaceAll('example.test', 'example.tesT'), 'ASSAY_HIGH_WATER_INVALID'],
    [good.replaceAll('"root"', '"rood"'), 'ASSAY_HIGH_WATER_INVALID'],
    [good.replace(/"size":2/, '"size":3'), 'ASSAY_LEDGER_BEHIND'],
    [good.replace(/"root":"./g, (text) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')), 'ASSAY_LEDGER_FORKED'],
  ] as const) {
    writeFileSync(file, bad);
    await expect(ledger.open()).rejects.toMatchObject({ code });
    expect((await ledger.verify()).failures).toMatchObject([{ check: 'high-water' }]);
  }
  // One slot torn: the other is an earlier mark, which the ledger satisfies.
  writeFileSync(file, good.replace(/\{"size":2/, '{"size:2'));
  expect(ledger.options.highWater.read('example.test/ledger')?.size).toBe(1);
  await (await ledger.open()).close();
  expect(readFileSync(file, 'utf8')).toBe(good);
  // Just made, and then the power failed.
  writeFileSync(file, Buffer.alloc(1024));
  expect(await ledger.verify()).toMatchObject({ ok: true });
});

test('a byte flipped in the write-ahead log, for which SQLite drops commits in silence, is noticed', async () => {
  await add('a');
  const store = await ledger.open();
  for (let i = 0; i < 20; i++) await store.append([draftOf(`p${i}`)]);
  // As a killed process leaves them: the log beside a database that lacks its commits.
  const crashed = mkdtempSync(join(tmpdir(), 'assay-crashed-'));
  cpSync(folder, crashed, { recursive: true });
  await store.close();
  const copy = ledgerIn(crashed);
  const wal = join(crashed, 'assay.db-wal');
  rmSync(join(crashed, 'assay.db-shm'), { force: true });
  const good = readFileSync(wal);
  expect(good.length).toBeGreaterThan(20_000);
  const snapshot = readFileSync(join(crashed, 'assay.db'));
  let noticed = 0;
  const positions = [10, 40, 60, 5000, Math.floor(good.length / 2), good.length - 100];
  for (const position of positions) {
    const bad = Buffer.from(good);
    bad[position]! ^= 0x10;
    writeFileSync(wal, bad);
    writeFileSync(join(crashed, 'assay.db'), snapshot);
    rmSync(join(crashed, 'assay.db-shm'), { force: true });
    const { ok, failures } = await copy.verify();
    // Some bytes of the log, such as padding of the file, carry nothing: then all records must be there.
    if (!ok) {
      noticed++;
      expect(failures.map(({ check }) => check)).toContain('high-water');
      await expect(copy.open()).rejects.toMatchObject({ code: 'ASSAY_LEDGER_BEHIND' });
      // The damaged log is still there for whoever wants to repair it.
      expect(readFileSync(wal).equals(bad)).toBe(true);
    } else expect(await copy.verify()).toMatchObject({ records: 21 });
  }
  expect(noticed).toBeGreaterThanOrEqual(4);
  writeFileSync(wal, good);
  writeFileSync(join(crashed, 'assay.db'), snapshot);
  rmSync(join(crashed, 'assay.db-shm'), { force: true });
  expect(await copy.verify()).toMatchObject({ ok: true, records: 21 });
  rmSync(crashed, { recursive: true, force: true });
});

test('a ledger signed by a key that is not known is refused', async () => {
  await add('a');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const name = ledger.options.signer.name;
  const vkey = formatVkey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  const other = { ...ledger.options, signer: ed25519Signer({ name, vkey, privateKey }) };
  rmSync(path('checkpoint'));
  await expect(openSqliteRecords(other)).rejects.toMatchObject({ code: 'ASSAY_LEDGER_DAMAGED' });
  // By a key that is trusted it is read; another key goes on only after a hand-over.
  const store = await openSqliteRecords({ ...other, trusted: [ledger.options.signer.vkey] });
  expect(await store.size()).toBe(1);
  await expect(store.append([draftOf('b')])).rejects.toMatchObject({ code: 'ASSAY_KEY_NOT_PRESENT' });
  await store.close();
});

test("another ledger's database is refused, although its key is trusted", async () => {
  await add('a');
  const other = ledgerIn(join(folder, 'other'), 'example.test/other');
  const store = await other.open();
  await store.append([draftOf('b'), draftOf('c')]);
  await store.close();
  rmSync(join(folder, 'high-water'), { recursive: true });
  copyFileSync(join(folder, 'other', 'assay.db'), path('assay.db'));
  copyFileSync(join(folder, 'other', 'checkpoint'), path('checkpoint'));
  const trusted = [other.options.signer.vkey];
  await expect(openSqliteRecords({ ...ledger.options, trusted })).rejects.toMatchObject({
    code: 'ASSAY_CHECKPOINT_FILE_INVALID',
  });
  rmSync(path('checkpoint'));
  await expect(openSqliteRecords({ ...ledger.options, trusted })).rejects.toMatchObject({
    code: 'ASSAY_LEDGER_DAMAGED',
  });
  const { vkey } = ledger.options.signer;
  expect(await verifyLedger({ ...ledger.options, vkey, objects: ledger.objects, trusted })).toMatchObject({
    ok: false,
  });
});

test('a private key that is not the one of the ledger adds nothing', async () => {
  await add('a');
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = ed25519Signer({ ...ledger.options.signer, privateKey });
  const store = await openSqliteRecords({ ...ledger.options, signer });
  await expect(store.append([draftOf('b')])).rejects.toMatchObject({ code: 'ASSAY_KEY_MISMATCH' });
  expect(await store.size()).toBe(1);
  await store.close();
  expect(await ledger.verify()).toMatchObject({ ok: true, records: 1 });
});

test('who acts is asked only when something is added', async () => {
  await add('a');
  const nobody = {
    ...ledger.options,
    get actor(): string {
      throw new AssayError('ASSAY_ACTOR_MISSING', 'nobody is here');
    },
  };
  const store = await openSqliteRecords(nobody);
  expect(await store.size()).toBe(1);
  await expect(store.append([draftOf('b')])).rejects.toMatchObject({ code: 'ASSAY_ACTOR_MISSING' });
  await store.close();
});

test('records without a checkpoint, or a tree without its root, are not signed for', async () => {
  await add('a', 'b', 'c', 'd');
  const tamper = (sql: string) => {
    const database = new DatabaseSync(path('assay.db'));
    database.exec(sql);
    database.close();
  };
  copyFileSync(path('assay.db'), path('good.db'));
  for (const sql of [
    'DELETE FROM checkpoint WHERE size = 4',
    'DELETE FROM record WHERE idx = 3',
    "UPDATE node SET hash = x'00' WHERE level = 2",
    'UPDATE node SET hash = (SELECT hash FROM record WHERE idx = 0) WHERE level = 2',
    "UPDATE checkpoint SET note = replace(note, '— ', '- ') WHERE size = 4",
  ]) {
    copyFileSync(path('good.db'), path('assay.db'));
    tamper(sql);
    const open = expect(ledger.open(), sql).rejects;
    await open.toMatchObject({ code: expect.stringMatching(/^ASSAY_LEDGER_(DAMAGED|BEHIND)$/) });
    expect((await ledger.verify()).ok, sql).toBe(false);
  }
  copyFileSync(path('good.db'), path('assay.db'));
  // Changed behind the back of an open store: the next commit refuses, and adds nothing.
  const store = await ledger.open();
  tamper('UPDATE node SET hash = (SELECT hash FROM record WHERE idx = 0) WHERE level = 2');
  await expect(store.append([draftOf('e')])).rejects.toMatchObject({ code: 'ASSAY_LEDGER_DAMAGED' });
  expect(await store.size()).toBe(4);
  await store.close();
});

test('a truncated or overwritten database file is said to be damaged', async () => {
  await add(...Array.from({ length: 30 }, (_, i) => `p${i}`));
  copyFileSync(path('assay.db'), path('good.db'));
  truncateSync(path('assay.db'), Math.floor(statSync(path('assay.db')).size / 2 / 4096) * 4096);
  expect((await ledger.verify()).failures[0]).toMatchObject({ check: 'database' });
  writeFileSync(
    path('assay.db'),
    'this is not a database, but long enough to be looked at as if it were one'.repeat(10),
  );
  expect((await ledger.verify()).failures[0]).toMatchObject({ check: 'database' });
  await refused('ASSAY_DATABASE_DAMAGED', /damaged/);
  copyFileSync(path('good.db'), path('assay.db'));
  expect(await ledger.verify()).toMatchObject({ ok: true });
});
