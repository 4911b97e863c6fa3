import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseQuery, SearchIndex, searchRecords, Tracker } from '../track/index.ts';
import { initProject } from '../workspace/index.ts';
import { openContext } from './context.ts';

let folder: string;
let context: ReturnType<typeof openContext>;
let index: SearchIndex;
let tracker: Tracker;
let plain: Tracker;
const file = () => join(folder, '.assay', 'search.db');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-search-'));
  const environment = { ASSAY_HOME: join(folder, 'home') };
  initProject(folder, { environment, now: new Date() });
  context = openContext(folder, environment);
  index = new SearchIndex(file());
  tracker = new Tracker(await context.records(), context.objects(), index);
  plain = new Tracker(await context.records(), context.objects());
});
afterEach(async () => {
  await index.close();
  await context.close();
  rmSync(folder, { recursive: true, force: true });
});

const document = (text: string, format: 'json' | 'ion' = 'json') => ({
  name: 'metadata',
  format,
  bytes: Buffer.from(text),
});
const names = async (of: Tracker, text: string, options: { limit?: number; asOf?: Date } = {}) =>
  (await searchRecords(of, parseQuery(text), { limit: 1000, ...options })).map(
    ({ record }) => `${record.kind}/${record.id}@${record.revision}`,
  );

test('an index finds what looking through the ledger finds', async () => {
  const texts = [
    '{"f1": 0.5, "name": "Wine", "tags": ["a", "b"], "scores": {"big": 9007199254740993}}',
    '{"f1": 0.50, "name": "wine", "scores": {"big": 9007199254740992}}',
    '{"f1": "0.5", "name": "Straße", "day": "2026-01-31"}',
    '{"f1": 1e400, "name": null, "a.b": 1, "a": {"b": 2}}',
    '{"f1": -3, "name": "\\uffff", "day": "2025-12-01", "data": {"x": 1}}',
    `{"long": "${'x'.repeat(2000)}needle", "f1": 0.5000000000000000001}`,
    `{${Array.from({ length: 400 }, (_, i) => `"k${i}": ${i}`).join(', ')}, "f1": 7}`,
    '[1, [2, 3]]',
    '{}',
  ];
  for (const [i, text] of texts.entries()) {
    const given = { kind: i % 2 ? 'trial' : 'experiment', id: `One/${i}`, metadata: document(text) };
    await tracker.create(i === 0 ? { ...given, data: { ...document('{"x": 5}'), name: 'data' } } : given);
  }
  await tracker.create({ kind: 'trial', id: 'ion', metadata: document('{f1: usd::0.5, t: 2026-01-31T}', 'ion') });
  const between = new Date();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await tracker.update({ kind: 'trial', id: 'One/1', metadata: document('{"f1": 0.9}') });
  await tracker.retire('experiment', 'One/2');
  await tracker.redact('trial', 'One/3', ['1'], { reason: 'r' });
  const fields = [
    'f1',
    'name',
    'tags',
    'tags.0',
    'scores.big',
    'scores',
    'day',
    'a.b',
    'long',
    'k399',
    'k1',
    '0',
    '1.1',
  ];
  const wanted = [
    '0.5',
    '0.50',
    '1e400',
    'wine',
    'Wine',
    '9007199254740992',
    '2026',
    'needle',
    '399',
    '-3',
    '1',
    '"\ue000"',
  ];
  const queries = [
    '',
    'kind:trial',
    'event:retired',
    'one',
    'one kind:experiment',
    'since:2999-01-01',
    'data.x=5',
    'data.x=1',
  ];
  for (const field of fields) {
    for (const operator of ['=', '!=', '<', '<=', '>', '>=', '~']) {
      for (const value of wanted) queries.push(`${field}${operator}${value}`);
    }
  }
  queries.push('f1>0.4 name~wine', 'f1!=0.5 kind:trial', 'f1>0 scores.big!=9007199254740992', 'f1>=0.5 data.x!=1');
  for (const [i, query] of queries.entries()) {
    const options = i % 2 === 0 ? {} : { asOf: between };
    expect(await names(tracker, query, options), `${query} ${i % 2}`).toEqual(await names(plain, query, options));
  }
  expect(await index.difference(tracker)).toBeUndefined();
}, 60_000);

test('an index that was tampered with is told from the ledger, and one that is gone is made again', async () => {
  await tracker.create({ kind: 'trial', id: 'a', metadata: document('{"n": 1}') });
  expect(await names(tracker, 'n=1')).toEqual(['trial/a@1']);
  await index.close();
  const database = new DatabaseSync(file());
  database.exec("UPDATE field SET text = '2', number = 2");
  database.close();
  expect(await index.difference(tracker)).toMatch(/field/);
  // What it says is not believed.
  expect(await names(tracker, 'n=2')).toEqual([]);
  await index.close();
  for (const name of readdirSync(join(folder, '.assay'))) {
    if (name.startsWith('search.db')) rmSync(join(folder, '.assay', name));
  }
  expect(await names(tracker, 'n=1')).toEqual(['trial/a@1']);
  expect(await index.difference(tracker)).toBeUndefined();
});

test('nothing of a redacted revision is left in the index, not the names of its fields either', async () => {
  await tracker.create({ kind: 'trial', id: 'a', metadata: document('{"secretfield": "secretvalue"}') });
  await tracker.update({ kind: 'trial', id: 'a', metadata: document('{"n": 1}') });
  expect(await names(tracker, 'n=1')).toEqual(['trial/a@2']);
  const holds = (text: string) =>
    readdirSync(join(folder, '.assay')).some(
      (name) => name.startsWith('search.db') && readFileSync(join(folder, '.assay', name)).includes(text),
    );
  expect(holds('secretvalue')).toBe(true);
  await tracker.redact('trial', 'a', ['1'], { reason: 'r' });
  expect(holds('secretvalue')).toBe(false);
  expect(holds('secretfield')).toBe(false);
  expect(await index.difference(tracker)).toBeUndefined();
});

test('two processes that follow at once take everything in once', async () => {
  const other = new SearchIndex(file());
  try {
    for (let i = 0; i < 30; i++) await plain.create({ kind: 'trial', id: `r${i}`, metadata: document(`{"n": ${i}}`) });
    await Promise.all([index.follow(tracker), other.follow(tracker)]);
    expect(await names(tracker, 'n>=28')).toEqual(['trial/r29@1', 'trial/r28@1']);
    expect(await index.difference(tracker)).toBeUndefined();
  } finally {
    await other.close();
  }
});
