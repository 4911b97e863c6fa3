/** Each fault beside a clean twin that does as much without changing what is proved; docs/reference/ledger-threats.md lists them. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';

let root: string;
let ledger: LedgerFixture;
let good: Buffer;
const database = () => ledger.options.databaseFile;

const names = Array.from({ length: 9 }, (_, i) => `p${i}`);

async function fill(fixture: LedgerFixture, ids: readonly string[]): Promise<void> {
  const store = await fixture.open();
  let last: string | undefined;
  for (const id of ids) {
    const parents = last === undefined ? [] : [{ role: 'from', ref: `record:${last}` }];
    const [sealed] = await store.append([draftOf(id, { note: `the note of ${id}`, parents })]);
    last = sealed?.hash;
  }
  await store.close();
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-threats-'));
  ledger = ledgerIn(join(root, 'ledger'));
  await fill(ledger, names);
  good = readFileSync(database());
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function told(change: string): Promise<string[]> {
  const connection = new DatabaseSync(database());
  connection.exec(change);
  connection.close();
  const { failures } = await ledger.verify();
  writeFileSync(database(), good);
  for (const suffix of ['-wal', '-shm']) rmSync(`${database()}${suffix}`, { force: true });
  return failures.map(({ check, index }) => (index === undefined ? check : `${check} #${index}`));
}

const swap = (first: number, second: number) =>
  `UPDATE record SET idx = -1 WHERE idx = ${first}; UPDATE record SET idx = ${first} WHERE idx = ${second};
   UPDATE record SET idx = ${second} WHERE idx = -1;`;
const copyTo = (index: number, hash: string) =>
  `INSERT INTO record SELECT ${index}, ${hash}, kind, id || 'x', revision, entry FROM record WHERE idx = 0`;

/** What is done, what must be named, and a twin that changes nothing that is proved. */
const stored: readonly [name: string, fault: string, named: string, twin: string][] = [
  ['edit of a body', `UPDATE body SET bytes = x'00' WHERE slot = 4`, 'body #2', 'UPDATE body SET bytes = bytes'],
  ['edit of a note', `UPDATE body SET bytes = x'00' WHERE slot = 5`, 'body #2', 'UPDATE body SET salt = salt'],
  [
    'edit of a leaf',
    `UPDATE record SET entry = CAST(replace(CAST(entry AS TEXT), '1:0:0', '1:0:1') AS BLOB) WHERE idx = 2`,
    'leaf-hash #2',
    `UPDATE record SET entry = CAST(replace(CAST(entry AS TEXT), '9:9:9', '1:0:1') AS BLOB)`,
  ],
  ...[1, 2, 3].map((level): [string, string, string, string] => [
    `edit of a tile's hash at level ${level}`,
    `UPDATE node SET hash = zeroblob(32) WHERE level = ${level} AND position = 0`,
    `tree-node #${2 ** level - 1}`,
    `UPDATE node SET hash = hash WHERE level = ${level}`,
  ]),
  [
    'edit of an index row',
    `UPDATE record SET id = 'other' WHERE idx = 3`,
    'record-row #3',
    'UPDATE record SET id = id',
  ],
  ['edit of a link', 'UPDATE link SET target = zeroblob(32) WHERE idx = 3', 'link #3', 'REINDEX'],
  ['a record deleted', 'DELETE FROM record WHERE idx = 4', 'index #4', 'DELETE FROM record WHERE idx = 40'],
  ['the end cut off', 'DELETE FROM record WHERE idx = 8', 'checkpoint #8', 'DELETE FROM record WHERE idx > 8'],
  [
    'the end cut off with its checkpoint, nodes, bodies and links',
    'DELETE FROM record WHERE idx = 8; DELETE FROM checkpoint WHERE size = 9; DELETE FROM body WHERE slot > 15; DELETE FROM link WHERE idx = 8',
    'high-water',
    'VACUUM',
  ],
  ['records reordered', swap(3, 5), 'tree-node #3', swap(3, 5) + swap(3, 5)],
  [
    'a record doubled',
    copyTo(9, 'zeroblob(32)'),
    'leaf-hash #9',
    `${copyTo(9, 'zeroblob(32)')}; DELETE FROM record WHERE idx = 9`,
  ],
  [
    'a checkpoint of another size',
    'UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 5) WHERE size = 6',
    'checkpoint #5',
    'UPDATE checkpoint SET note = note',
  ],
  [
    'a body taken away without a redaction',
    'DELETE FROM body WHERE slot = 6',
    'body #3',
    'DELETE FROM body WHERE slot = 600',
  ],
];

test('stored bytes: every fault is named, and no clean twin is', async () => {
  const falseAccepts: string[] = [];
  const falseRejects: string[] = [];
  for (const [name, fault, named, twin] of stored) {
    const found = await told(fault);
    if (!found.includes(named)) falseAccepts.push(`${name}: ${found.join(', ')}`);
    const clean = await told(twin);
    if (clean.length > 0) falseRejects.push(`${name}: ${clean.join(', ')}`);
  }
  expect({ falseAccepts, falseRejects }).toEqual({ falseAccepts: [], falseRejects: [] });
});

/** Another history, signed with the real key. */
async function rebuilt(name: string, ids: readonly string[]): Promise<LedgerFixture> {
  const folder = join(root, name);
  mkdirSync(folder);
  copyFileSync(join(root, 'ledger', 'key.pem'), join(folder, 'key.pem'));
  const fixture = ledgerIn(folder);
  await fill(fixture, ids);
  return fixture;
}

test.each<[string, readonly string[]]>([
  ['smaller', names.slice(0, 7)],
  ['reordered', [names[1]!, names[0]!, ...names.slice(2)]],
  ['with one more inside', [...names.slice(0, 4), 'inserted', ...names.slice(4)]],
  ['with one twice', [...names.slice(0, 5), ...names.slice(4)]],
])(
  'rebuilt %s with the real key: the mark tells, and without a mark, a file or a witness nobody can',
  async (name, ids) => {
    const other = await rebuilt(name, ids);
    expect((await other.verify()).failures).toEqual([]);
    copyFileSync(other.options.databaseFile, database());
    const found = (await ledger.verify()).failures.map(({ check }) => check);
    expect(found).toContain('high-water');
    expect(found).toContain('checkpoint-file');
    await expect(ledger.open()).rejects.toMatchObject({
      code: expect.stringMatching(/^ASSAY_LEDGER_(BEHIND|FORKED)$/),
    });
    const copy = join(root, `${name}-all`);
    cpSync(join(root, name), copy, { recursive: true });
    expect((await ledgerIn(copy).verify()).ok).toBe(true);
    writeFileSync(database(), good);
    for (const suffix of ['-wal', '-shm']) rmSync(`${database()}${suffix}`, { force: true });
  },
);

test('two updates of one version at once: one is sealed, one is refused', async () => {
  const fixture = ledgerIn(join(root, 'two'));
  const store = await fixture.open();
  await store.append([draftOf('p')]);
  const update = (text: string) =>
    store.append([
      draftOf('p', { revision: 2, event: 'updated', body: { mediaType: 'text/plain', bytes: Buffer.from(text) } }),
    ]);
  const outcomes = await Promise.allSettled([update('one'), update('other')]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  // The twin: the same update twice is one.
  const [first, second] = await Promise.all([
    store.append([draftOf('q')]),
    store.append([draftOf('q', { revision: 1 })]),
  ]);
  expect(second[0]?.hash).toBe(first[0]?.hash);
  await store.close();
  expect((await fixture.verify()).ok).toBe(true);
});
