import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { storePath } from '../objects/index.ts';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';
import type { SealedRecord } from './record.ts';

let folder: string;
let ledger: LedgerFixture;
let sealed: SealedRecord[];
let database: string;
let good: Buffer;
const large = Buffer.alloc(70_000, 'a large body ');
const inFile = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-verify-'));
  ledger = ledgerIn(folder);
  database = ledger.options.databaseFile;
  mkdirSync(inFile('data'));
  writeFileSync(inFile('data/a.txt'), 'a file of a directory');
  writeFileSync(inFile('model.onnx'), 'the bytes of a model');
  const directory = await storePath(ledger.objects, inFile('data'));
  const model = await storePath(ledger.objects, inFile('model.onnx'));
  const store = await ledger.open();
  sealed = [];
  const seal = async (...args: Parameters<typeof draftOf>) => sealed.push(...(await store.append([draftOf(...args)])));
  for (let i = 0; i < 8; i++) await seal(`p${i}`, { note: `the note of p${i}` });
  await seal('run', {
    parents: [
      { role: 'from', ref: `record:${sealed[3]!.hash}` },
      { role: 'data', ref: `sha256:${directory.sha256}` },
    ],
    artifacts: [
      { name: 'data', md5: directory.md5, sha256: directory.sha256, size: directory.size },
      { name: 'model.onnx', md5: model.md5, sha256: model.sha256, size: model.size },
    ],
  });
  await seal('p3', { event: 'updated', version: '1:1:0' });
  await seal('large', { body: { mediaType: 'text/plain', bytes: large } });
  await store.close();
  good = readFileSync(database);
});
afterEach(() => {
  writeFileSync(database, good);
  for (const suffix of ['-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const checks = async () =>
  (await ledger.verify()).failures.map(({ check, index }) => `${check}${index === undefined ? '' : ` #${index}`}`);

test('a whole ledger passes', async () => {
  const verification = await ledger.verify();
  expect(verification).toMatchObject({
    ok: true,
    records: 11,
    failures: [],
    checkpoint: { origin: 'example.test/ledger', size: 11 },
  });
  expect(readFileSync(database).equals(good)).toBe(true);
});

/** Where bytes lie in the database file: pages also keep copies of rows that once lay in them. */
function positionsOf(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = good.indexOf(bytes); at >= 0; at = good.indexOf(bytes, at + 1)) found.push(at);
  return found;
}

/** What is told when one byte is flipped, at each place where these bytes lie. */
async function flipped(bytes: Uint8Array, offset: number): Promise<string[][]> {
  const told: string[][] = [];
  for (const position of positionsOf(bytes)) told.push(await withFlippedByte(position + offset));
  return told.filter((checks) => checks.length > 0);
}

async function withFlippedByte(position: number): Promise<string[]> {
  const bad = Buffer.from(good);
  bad[position]! ^= 0x04;
  writeFileSync(database, bad);
  return checks();
}

test('bytes of an entry, flipped in the file, name the record', async () => {
  const { entry } = sealed[5]!;
  for (let i = 0; i < entry.length; i += 41) {
    const told = await flipped(entry, i);
    expect(told.length, `byte ${i}`).toBe(1);
    expect(told[0], `byte ${i}`).toContain('leaf-hash #5');
  }
});

test('every byte of a body, flipped in the file, names the record', async () => {
  const body = Buffer.from('the text of p6');
  for (let i = 0; i < body.length; i++) expect(await flipped(body, i)).toEqual([['body #6']]);
});

test('a byte of a note, a salt, a tree node, a leaf hash, a link and a checkpoint, flipped in the file, are named', async () => {
  const connection = new DatabaseSync(database, { readOnly: true });
  const bytesOf = (sql: string) => {
    const value = Object.values(connection.prepare(sql).get() ?? {})[0];
    return value instanceof Uint8Array ? value : Buffer.from(String(value));
  };
  const salt = bytesOf('SELECT salt FROM body WHERE slot = 4');
  const node = bytesOf('SELECT hash FROM node WHERE level = 1 AND position = 2');
  const note = bytesOf('SELECT note FROM checkpoint WHERE size = 4');
  const link = bytesOf('SELECT target FROM link WHERE type = 1');
  connection.close();
  expect(await flipped(Buffer.from('the note of p6'), 5)).toEqual([['body #6']]);
  expect(await flipped(salt, 7)).toEqual([['body #2']]);
  expect(await flipped(node, 31)).toEqual([['tree-node #5']]);
  for (let i = 0; i < note.length; i += 31) expect(await flipped(note, i), `byte ${i}`).toEqual([['checkpoint #3']]);
  expect((await flipped(link, 3))[0]).toContain('link #8');
  const [leaf, ...others] = await flipped(Buffer.from(sealed[7]!.hash, 'hex'), 0);
  expect(others).toEqual([]);
  expect(leaf).toContain('leaf-hash #7');
});

test('bytes all over the file: a flip is either told, or changes nothing that is stored', async () => {
  const dump = (file: string) => {
    const connection = new DatabaseSync(file, { readOnly: true });
    const tables = ['record', 'node', 'body', 'link', 'name', 'checkpoint'];
    const rows = tables.map((table) => connection.prepare(`SELECT * FROM ${table}`).all());
    connection.close();
    return JSON.stringify(rows);
  };
  const whole = dump(database);
  let told = 0;
  for (let position = 0; position < good.length; position += 2003) {
    if ((await withFlippedByte(position)).length > 0) told++;
    else expect(dump(database), `byte ${position}`).toBe(whole);
  }
  expect(told).toBeGreaterThan(4);
});

/** Each with what must be named; several may be, where one change breaks several things. */
test.each<[string, string, string[]]>([
  [
    'an entry',
    `UPDATE record SET entry = CAST(replace(CAST(entry AS TEXT), '1:0:0', '1:0:1') AS BLOB) WHERE idx = 2`,
    ['leaf-hash #2'],
  ],
  [
    'an entry to another spelling',
    `UPDATE record SET entry = CAST(' ' || CAST(entry AS TEXT) AS BLOB) WHERE idx = 2`,
    ['leaf-hash #2', 'entry #2'],
  ],
  ['an entry to no JSON', `UPDATE record SET entry = x'ff00' WHERE idx = 2`, ['leaf-hash #2', 'entry #2']],
  ['a kind in its row', `UPDATE record SET kind = 'paged' WHERE idx = 2`, ['record-row #2']],
  ['an id in its row', `UPDATE record SET id = 'p2x' WHERE idx = 2`, ['record-row #2']],
  ['a revision in its row', `UPDATE record SET revision = 7 WHERE idx = 9`, ['record-row #9']],
  ['a leaf hash', `UPDATE record SET hash = zeroblob(32) WHERE idx = 2`, ['leaf-hash #2', 'tree-node #3']],
  [
    'the last record away',
    'DELETE FROM record WHERE idx = 10',
    ['checkpoint #10', 'checkpoint-file', 'high-water', 'body-orphan'],
  ],
  ['a record in the middle away', 'DELETE FROM record WHERE idx = 4', ['index #4']],
  [
    'two records around',
    'UPDATE record SET idx = -1 WHERE idx = 4; UPDATE record SET idx = 4 WHERE idx = 5; UPDATE record SET idx = 5 WHERE idx = -1',
    ['body #4', 'body #5', 'tree-node #5'],
  ],
  ['a body', `UPDATE body SET bytes = x'00' WHERE slot = 4`, ['body #2']],
  ['a body for another', 'UPDATE body SET bytes = (SELECT bytes FROM body WHERE slot = 6) WHERE slot = 4', ['body #2']],
  ['a body away', 'DELETE FROM body WHERE slot = 4', ['body #2']],
  ['a digest', 'UPDATE body SET digest = zeroblob(32) WHERE slot = 4', ['body #2']],
  ['a salt', 'UPDATE body SET salt = zeroblob(16) WHERE slot = 5', ['body #2']],
  ['which object a body is', 'UPDATE body SET object = zeroblob(32) WHERE object IS NOT NULL', ['object #10']],
  [
    'a body of no record in',
    `INSERT INTO body (slot, digest, salt, bytes) VALUES (99, x'00', x'00', x'00')`,
    ['body-orphan'],
  ],
  ['a tree node', 'UPDATE node SET hash = zeroblob(32) WHERE level = 2 AND position = 0', ['tree-node #3']],
  ['a tree node away', 'DELETE FROM node WHERE level = 3', ['tree-node #7']],
  ['a tree node in', 'INSERT INTO node (level, position, hash) VALUES (9, 9, zeroblob(32))', ['tree-node']],
  ['a link', 'UPDATE link SET target = zeroblob(32) WHERE type = 0', ['link #8']],
  ['a link away', 'DELETE FROM link WHERE type = 2', ['link #8']],
  ['a link in', 'INSERT INTO link (target, type, idx) VALUES (zeroblob(32), 0, 1)', ['link']],
  [
    'a checkpoint of another root',
    'UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 5) WHERE size = 6',
    ['checkpoint #5'],
  ],
  [
    'a signature',
    `UPDATE checkpoint SET note = replace(note, substr(note, -9, 4), 'AAAA') WHERE size = 6`,
    ['checkpoint #5'],
  ],
  ['the newest checkpoint away', 'DELETE FROM checkpoint WHERE size = 11', ['checkpoint #10']],
  ['a checkpoint of a future in', `INSERT INTO checkpoint (size, note) VALUES (12, 'x')`, ['checkpoint #11']],
  ['a checkpoint of nothing in', `INSERT INTO checkpoint (size, note) VALUES (0, 'x')`, ['checkpoint']],
])('takes notice of %s changed', async (_, sql, expected) => {
  const connection = new DatabaseSync(database);
  connection.exec(sql);
  connection.close();
  const found = await checks();
  for (const check of expected) expect(found).toContain(check);
});

test('a record that was replaced with its hash, its nodes and its links still has not the signed root', async () => {
  const { openSqliteRecords } = await import('./sqlite/open.ts');
  const twin = mkdtempSync(join(tmpdir(), 'assay-twin-'));
  const other = ledgerIn(twin);
  const store = await openSqliteRecords({ ...other.options });
  for (let i = 0; i < 11; i++) await store.append([draftOf(`forged${i}`)]);
  await store.close();
  copyFileSync(other.options.databaseFile, database);
  rmSync(twin, { recursive: true });
  const found = await checks();
  expect(found).toContain('checkpoint #0');
  expect(found).toContain('checkpoint-file');
});

test('without bodies, all but the bytes is looked at', async () => {
  const connection = new DatabaseSync(database);
  connection.exec(`UPDATE body SET bytes = x'00' WHERE slot = 4; DELETE FROM link WHERE type = 2`);
  connection.close();
  const found = (await ledger.verify({ bodies: false })).failures.map(({ check }) => check);
  expect(new Set(found)).toEqual(new Set(['link']));
});

test('objects: an artifact, a file of a directory, its manifest and a large body, changed or gone', async () => {
  const sha256 = (name: string) => sealed[8]!.record.artifacts.find((artifact) => artifact.name === name)!.sha256;
  const { hashBytes } = await import('../objects/index.ts');
  for (const [hash, expected] of [
    [sha256('model.onnx'), 'artifact #8'],
    [sha256('data'), 'artifact #8'],
    [hashBytes(Buffer.from('a file of a directory')).sha256, 'artifact #8'],
    [hashBytes(large).sha256, 'object #10'],
  ] as const) {
    const path = ledger.objects.pathOf(hash);
    const bytes = readFileSync(path);
    chmodSync(path, 0o644);
    for (const at of [0, bytes.length - 1]) {
      const bad = Buffer.from(bytes);
      bad[at]! ^= 1;
      writeFileSync(path, bad);
      expect(await checks()).toEqual([expected]);
    }
    rmSync(path);
    expect(await checks()).toEqual([expected]);
    writeFileSync(path, bytes);
    expect(await checks()).toEqual([]);
  }
});

test('a body may be missing only where a later record redacts it', async () => {
  const store = await ledger.open();
  await store.append([
    draftOf('p2', { event: 'redacted', parents: [{ role: 'redacts', ref: `record:${sealed[2]!.hash}` }] }),
  ]);
  await store.close();
  expect(await checks()).toEqual([]);
  const connection = new DatabaseSync(database);
  expect(connection.prepare('SELECT count(*) AS n FROM body WHERE slot IN (4, 5)').get()?.n).toBe(0);
  connection.exec('DELETE FROM body WHERE slot = 6');
  connection.close();
  expect(await checks()).toEqual(['body #3']);
});
