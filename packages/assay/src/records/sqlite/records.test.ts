import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeRecords } from '../contract.ts';
import { draftOf, ledgerIn } from '../ledger-fixture.ts';

describeRecords('SQLite', async (folder) => ledgerIn(folder));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-sqlite-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('many writers share commits, and a closed ledger is one file', async () => {
  const ledger = ledgerIn(folder);
  const store = await ledger.open();
  await Promise.all(Array.from({ length: 500 }, (_, i) => store.append([draftOf(`p${i}`)])));
  await store.close();
  const file = ledger.options.databaseFile;
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  const database = new DatabaseSync(file, { readOnly: true });
  expect(Number(database.prepare('SELECT count(*) AS n FROM checkpoint').get()?.n)).toBeLessThan(10);
  database.close();
  await ledger.objects.close();
});
