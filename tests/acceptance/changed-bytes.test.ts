import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type VerifyResult, Workplace } from './workplace.ts';

/** Every byte that was sealed: one of each sort is changed behind the ledger's back, and `assay verify` has to name it. */

let place: Workplace;
beforeEach(() => {
  place = Workplace.copyOf(inject('flagship'));
});
afterEach(() => place.remove());

const database = () => place.path('.assay/assay.db');

function change(sql: string, ...values: (string | number | Uint8Array)[]): void {
  const db = new DatabaseSync(database());
  const { changes } = db.prepare(sql).run(...values);
  db.close();
  if (changes !== 1) throw new Error(`${sql} changed ${changes} rows`);
}

function rowOf<T>(sql: string, ...values: (string | number)[]): T {
  const db = new DatabaseSync(database(), { readOnly: true });
  const row = db.prepare(sql).get(...values);
  db.close();
  return row as T;
}

/** The bytes with one bit of their middle turned. */
function turned(bytes: Uint8Array, at = bytes.length >> 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Stored files may not be written: another is put in their place. */
function replace(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.other`, bytes);
  renameSync(`${path}.other`, path);
}

async function failed(): Promise<VerifyResult> {
  const verification = await place.verify();
  const plain = await place.assay('verify');
  expect(verification.ok).toBe(false);
  expect(plain.code).toBe(1);
  for (const { check } of verification.failures) expect(plain.stdout).toContain(check);
  return verification;
}
const everything = ({ failures }: VerifyResult) => failures.map((failure) => JSON.stringify(failure)).join('\n');

describe('one byte changed', () => {
  it('in a record: its place is named', async () => {
    const { idx, entry } = rowOf<{ idx: number; entry: Uint8Array }>('SELECT idx, entry FROM record WHERE idx = 4');
    change('UPDATE record SET entry = ? WHERE idx = ?', turned(entry), idx);
    const { failures } = await failed();
    expect(failures).toContainEqual(expect.objectContaining({ index: 4 }));
  });

  it('in a body: the record that it belongs to is named', async () => {
    const [version] = await place.json<{ hash: string; index: number }[]>('record', 'log', '--kind', 'model-version');
    const bodies = rowOf<{ slot: number; bytes: Uint8Array }>(
      "SELECT slot, bytes FROM body WHERE CAST(bytes AS TEXT) LIKE '%assay-text-classifier%'",
    );
    change('UPDATE body SET bytes = ? WHERE slot = ?', turned(bodies.bytes), bodies.slot);
    expect(everything(await failed())).toMatch(new RegExp(`${version!.hash.slice(0, 12)}|"index":${version!.index}`));
  });

  it('in an artifact: it is named, by record and by hash', async () => {
    const [version] = await place.json<
      { hash: string; index: number; artifacts: { name: string; sha256: string }[] }[]
    >('record', 'log', '--kind', 'model-version');
    const { sha256 } = version!.artifacts.find(({ name }) => name === 'model.safetensors')!;
    const path = place.path('.assay/objects/sha256', sha256.slice(0, 2), sha256.slice(2));
    replace(path, turned(readFileSync(path)));
    const told = everything(await failed());
    expect(told).toContain(sha256.slice(0, 12));
    expect(told).toMatch(new RegExp(`${version!.hash.slice(0, 12)}|"index":${version!.index}`));
  });

  it('in a node of the proofs: it is named', async () => {
    const { level, position, hash } = rowOf<{ level: number; position: number; hash: Uint8Array }>(
      'SELECT level, position, hash FROM node ORDER BY level, position LIMIT 1',
    );
    change('UPDATE node SET hash = ? WHERE level = ? AND position = ?', turned(hash), level, position);
    expect(everything(await failed())).toMatch(/node|level/i);
  });

  it('in the checkpoint of the database, and in that of the file: the signature does not hold', async () => {
    const { size, note } = rowOf<{ size: number; note: string }>(
      'SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1',
    );
    const root = note.split('\n')[2]!;
    const other = note.replace(root, `${root[0] === 'A' ? 'B' : 'A'}${root.slice(1)}`);
    change('UPDATE checkpoint SET note = ? WHERE size = ?', other, size);
    expect(everything(await failed())).toMatch(/checkpoint/i);
    change('UPDATE checkpoint SET note = ? WHERE size = ?', note, size);
    expect((await place.verify()).ok).toBe(true);
    place.write({ '.assay/checkpoint': other });
    expect(everything(await failed())).toMatch(/checkpoint/i);
    place.write({ '.assay/checkpoint': note });
    expect((await place.verify()).ok).toBe(true);
  });

  it('in a page of the database: damage is reported as such, and nothing is written', async () => {
    const bytes = readFileSync(database());
    const pageSize = bytes.readUInt16BE(16);
    // The header of a page in the middle.
    const page = Math.floor(bytes.length / pageSize / 2);
    const damaged = Uint8Array.from(bytes);
    damaged.fill(0xa5, page * pageSize, page * pageSize + 64);
    writeFileSync(database(), damaged);
    const { code, stdout, stderr } = await place.assay('verify', '--json');
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(/damage|corrupt|malformed/i);
    expect(Buffer.compare(readFileSync(database()), damaged)).toBe(0);
  });

  it('in the write-ahead log: what it held is missed, and named', async () => {
    // A connection that stays open keeps the log from being taken over.
    const reader = new DatabaseSync(database());
    reader.exec('PRAGMA wal_autocheckpoint = 0; BEGIN; SELECT count(*) FROM record;');
    const before = (await place.verify()).records;
    await place.json('model', 'promote', 'edgar-sentiment');
    await place.json('model', 'promote', 'edgar-sentiment', '--to', 'staging');
    const wal = `${database()}-wal`;
    expect(statSync(wal).size).toBeGreaterThan(0);
    const folder = join(place.folder, 'later');
    const later = Workplace.copyOf(place.folder);
    reader.close();
    expect(dirname(folder)).toBe(place.folder);
    try {
      expect((await later.verify()).records).toBe(before + 2);
      const bytes = readFileSync(later.path('.assay/assay.db-wal'));
      // In the first frame after the header of the log.
      writeFileSync(later.path('.assay/assay.db-wal'), turned(bytes, 32 + 24 + 200));
      const verification = await later.verify();
      expect(verification.ok).toBe(false);
      expect(everything(verification)).toMatch(/high-water|checkpoint|fewer|missing|lost/i);
      // And nothing is added to a ledger that lost records.
      expect((await later.refusal('model', 'promote', 'edgar-sentiment', '--to', 'elsewhere')).code).toMatch(/^ASSAY_/);
    } finally {
      later.remove();
    }
  });
});

describe('an older copy put in the place of the newer', () => {
  it('is noticed, by the checkpoint and by what this home remembers', async () => {
    const old = readFileSync(database());
    const checkpoint = place.read('.assay/checkpoint');
    await place.json('model', 'promote', 'edgar-sentiment');
    writeFileSync(database(), old);
    expect(everything(await failed())).toMatch(/checkpoint|high-water/i);
    place.write({ '.assay/checkpoint': checkpoint });
    expect(everything(await failed())).toMatch(/high-water/i);
    expect((await place.refusal('model', 'promote', 'edgar-sentiment')).code).toMatch(/^ASSAY_/);
  });
});
