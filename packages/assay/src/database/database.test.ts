import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closeDatabase,
  type Migration,
  migrations,
  openDatabase,
  pageDamage,
  readTransaction,
  writeTransaction,
} from './index.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-database-'));
  file = join(folder, 'deep', 'x.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const one: Migration = { version: 1, name: 'one', sql: 'CREATE TABLE one (n INTEGER PRIMARY KEY, text TEXT)' };
const two: Migration = {
  version: 2,
  name: 'two',
  sql: 'CREATE TABLE two (n INTEGER); INSERT INTO two SELECT n FROM one',
};
const count = (database: DatabaseSync, table: string) =>
  Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);

test("the ledger's migrations are numbered from 1 without gaps", () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

test('a new database is in WAL mode, syncs every commit, and does not block when it is locked', async () => {
  const database = await openDatabase({ file, migrations: [one] });
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('busy_timeout'), pragma('foreign_keys')]).toEqual([
    'wal',
    2,
    0,
    1,
  ]);
  await closeDatabase(database);
});

test('many openings at once make the schema once', async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => openDatabase({ file, migrations: [one] })));
  for (const database of databases) expect(count(database, 'one')).toBe(0);
  for (const database of databases) await closeDatabase(database);
});

test('an older database is brought up to date, with what it holds', async () => {
  const old = await openDatabase({ file, migrations: [one] });
  old.exec("INSERT INTO one VALUES (7, 'x')");
  await closeDatabase(old);
  await expect(openDatabase({ file, migrations: [one, two], readOnly: true })).rejects.toMatchObject({
    code: 'ASSAY_DATABASE_OLDER',
  });
  const database = await openDatabase({ file, migrations: [one, two] });
  expect([count(database, 'one'), count(database, 'two')]).toEqual([1, 1]);
  await closeDatabase(database);
  await expect(openDatabase({ file, migrations: [one] })).rejects.toMatchObject({ code: 'ASSAY_DATABASE_NEWER' });
});

test('a definition that was changed in its place is damage', async () => {
  const wide: Migration = {
    ...one,
    sql: 'CREATE TABLE one (n INTEGER PRIMARY KEY, text TEXT); CREATE INDEX t ON one (text)',
  };
  await closeDatabase(await openDatabase({ file, migrations: [wide] }));
  const bytes = readFileSync(file);
  const change = async (from: string, to: string) => {
    writeFileSync(file, bytes.toString('latin1').replace(from, to), 'latin1');
    const database = await openDatabase({ file, migrations: [wide], readOnly: true });
    try {
      return pageDamage(database, [wide]);
    } finally {
      await closeDatabase(database);
    }
  };
  expect(await change('text TEXT', 'text TEXT')).toEqual([]);
  expect(await change('text TEXT', 'text BLOB')).toEqual([
    'the definition of table one is not the one it was made with',
  ]);
  writeFileSync(
    file,
    bytes.toString('latin1').replace('text TEXT)', 'tuxt TEXT)').replace('(text)', '(tuxt)'),
    'latin1',
  );
  const database = await openDatabase({ file, migrations: [wide] });
  await expect(
    readTransaction(database, file, () => database.prepare('SELECT text FROM one').all()),
  ).rejects.toMatchObject({
    code: 'ASSAY_DATABASE_DAMAGED',
  });
  await closeDatabase(database);
});

test('a migration that fails leaves the old schema whole', async () => {
  await closeDatabase(await openDatabase({ file, migrations: [one] }));
  const broken: Migration = { version: 2, name: 'broken', sql: 'CREATE TABLE half (n INTEGER); SELECT nonsense' };
  await expect(openDatabase({ file, migrations: [one, broken] })).rejects.toThrow(/nonsense/);
  const database = await openDatabase({ file, migrations: [one] });
  expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
  await closeDatabase(database);
});

test("another program's database, a text, and a folder without leave are told", async () => {
  file = join(folder, 'x.db');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE theirs (n INTEGER)');
  other.close();
  await expect(openDatabase({ file })).rejects.toMatchObject({ code: 'ASSAY_DATABASE_FOREIGN' });
  writeFileSync(file, 'not a database, and long enough for SQLite to look at it. '.repeat(4));
  await expect(openDatabase({ file })).rejects.toMatchObject({ code: 'ASSAY_DATABASE_DAMAGED' });
  await expect(openDatabase({ file: join(folder, 'none.db'), readOnly: true })).rejects.toMatchObject({
    code: 'ASSAY_DATABASE_CANNOT_OPEN',
  });
});

describe('a write transaction', () => {
  let database: DatabaseSync;
  beforeEach(async () => {
    database = await openDatabase({ file, migrations: [one] });
  });
  afterEach(() => closeDatabase(database));

  test('keeps all or nothing', async () => {
    await writeTransaction(database, file, () => database.exec("INSERT INTO one VALUES (1, 'kept')"));
    const failed = writeTransaction(database, file, () => {
      database.exec("INSERT INTO one VALUES (2, 'lost')");
      throw new Error('in the middle');
    });
    await expect(failed).rejects.toThrow('in the middle');
    expect(count(database, 'one')).toBe(1);
  });

  test('waits for another connection without blocking the event loop', async () => {
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const ticker = setInterval(() => turns++, 5);
    setTimeout(() => other.exec('COMMIT'), 150);
    await writeTransaction(database, file, () => database.exec("INSERT INTO one VALUES (1, 'x')"));
    clearInterval(ticker);
    other.close();
    expect(turns).toBeGreaterThan(5);
    expect(count(database, 'one')).toBe(1);
  });

  test('without room says so, and keeps nothing', async () => {
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const write = () =>
      writeTransaction(database, file, () => {
        for (let i = 0; i < 100; i++) database.exec(`INSERT INTO one VALUES (${i}, '${'x'.repeat(2000)}')`);
      });
    await expect(write()).rejects.toMatchObject({ code: 'ASSAY_DATABASE_FULL' });
    expect(count(database, 'one')).toBe(0);
    database.exec('PRAGMA max_page_count = 1000000');
    await write();
    expect(count(database, 'one')).toBe(100);
    expect(pageDamage(database, [one])).toEqual([]);
  });
});
