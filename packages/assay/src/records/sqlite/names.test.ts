import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../../database/index.ts';
import { hexOf } from '../hashing.ts';
import { draftOf, type LedgerFixture, ledgerIn } from '../ledger-fixture.ts';
import type { LedgerRecord, SealedRecord } from '../record.ts';
import type { RecordStore } from '../store.ts';
import { NAMED, NameCheck, type NamedRecord, SqliteNames } from './names.ts';

describe('blocks of names', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const named = (index: number): NamedRecord => ({
    index,
    hash: digest(`record ${index}`),
    record: { body: { digest: digest(`body ${index}`).toString('hex') } } as LedgerRecord,
  });
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => named(from + i));
  const open = () => {
    const database = new DatabaseSync(':memory:');
    for (const { sql } of migrations) database.exec(sql);
    return database;
  };

  test('are merged by eights, and each name is found in them', () => {
    const names = new SqliteNames(open());
    const size = 600_001;
    // As commits of many sizes would.
    for (let at = 0, step = 1; at < size; at += step, step = Math.min((step * 7) % 3001 || 1, size - at)) {
      names.extend(at, at + step, range);
    }
    expect(SqliteNames.end(size)).toBe(599_040);
    for (const index of [0, 1, 1023, 1024, 65_535, 65_536, 524_287, 524_288, 598_015, 599_039]) {
      expect([...names.candidates(named(index).hash, NAMED.record, size)]).toEqual([index]);
      expect([...names.candidates(digest(`body ${index}`), NAMED.body, size)]).toEqual([index]);
      expect([...names.candidates(digest(`body ${index}`), NAMED.note, size)]).toEqual([]);
    }
    expect([...names.candidates(named(599_040).hash, NAMED.record, size)]).toEqual([]);
    const check = new NameCheck(names, size);
    for (let index = 0; index < size; index++) {
      const { hash, record } = named(index);
      check.add(index, hash, record);
    }
    expect(check.problems()).toEqual([]);
  }, 60_000);

  test('of a range hold the first of it', () => {
    const names = new SqliteNames(open());
    const size = 20_480;
    names.extend(0, size, range);
    const hashes = range(0, size)
      .map(({ hash }) => hexOf(hash))
      .sort();
    for (const prefix of ['0', '7f', 'abc', 'fff', 'ffffff']) {
      const [first, last] = ['0', 'f'].map((digit) => Buffer.from(prefix.padEnd(64, digit), 'hex'));
      const found = [...names.between(first!, last!, 5, size)].map((index) => hexOf(named(index).hash));
      const wanted = hashes.filter((hash) => hash.startsWith(prefix)).slice(0, 5);
      expect(
        found
          .filter((hash) => hash.startsWith(prefix))
          .sort()
          .slice(0, 5),
      ).toEqual(wanted);
    }
  });
});

describe('a ledger of several blocks', () => {
  let folder: string;
  let ledger: LedgerFixture;
  let store: RecordStore;
  let sealed: readonly SealedRecord[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-names-'));
    ledger = ledgerIn(folder);
    store = await ledger.open();
    sealed = await store.append(
      Array.from({ length: 9000 }, (_, i) => draftOf(`p${i}`, i % 2 ? {} : { note: `why ${i}` })),
    );
    sealed = [...sealed, ...(await store.append(Array.from({ length: 700 }, (_, i) => draftOf(`q${i}`))))];
  });
  afterEach(async () => {
    await store.close();
    await ledger.objects.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('finds its records, bodies and notes by their names, old and new', async () => {
    for (const index of [0, 1, 8191, 8192, 9215, 9216, 9699]) {
      const { hash, record } = sealed[index]!;
      expect((await store.get(hash))?.index).toBe(index);
      const text = index < 9000 ? `the text of p${index}` : `the text of q${index - 9000}`;
      expect(Buffer.from((await store.body(record.body))!.bytes).toString()).toBe(text);
      if (record.note) expect(Buffer.from((await store.body(record.note))!.bytes).toString()).toBe(`why ${index}`);
      expect(await store.withPrefix(hash.slice(0, 12), 2)).toEqual([hash]);
    }
    expect(await store.get('ab'.repeat(32))).toBeUndefined();
    const hashes = sealed.map(({ hash }) => hash).sort();
    expect(await store.withPrefix('c4', 50)).toEqual(hashes.filter((hash) => hash.startsWith('c4')).slice(0, 50));
    const gone = sealed[4]!;
    const redaction = { event: 'redacted' as const, parents: [{ role: 'redacts', ref: `record:${gone.hash}` }] };
    await store.append([draftOf('r', redaction)]);
    expect(await store.body(gone.record.body)).toBeUndefined();
    expect(await store.body(gone.record.note!)).toBeUndefined();
    expect((await ledger.verify()).failures).toEqual([]);
  });

  test.each([
    [
      'a word of a block changed',
      'UPDATE name SET words = zeroblob(length(words)) WHERE level = 1 AND part = 9',
      '0 to 8191',
    ],
    ['a part away', 'DELETE FROM name WHERE level = 0 AND part = 3', '8192 to 9215'],
    ['a part put in', "INSERT INTO name VALUES (2, 7, 0, x'0000000000000000')", '1 parts'],
  ])('%s is named', async (_, sql, where) => {
    const database = new DatabaseSync(ledger.options.databaseFile);
    database.exec(sql);
    database.close();
    const { failures } = await ledger.verify();
    expect(failures.map(({ check }) => check)).toEqual(['name']);
    expect(failures[0]?.message).toContain(where);
  });
});
