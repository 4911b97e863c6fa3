import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { hexOf } from '../hashing.ts';
import type { SealedRecord } from '../record.ts';
import type { BodyRow, Snapshot, StoredCheckpoint } from '../storage.ts';
import type { ListQuery } from '../store.ts';
import { missingNode, storedRecord } from '../stored-record.ts';
import { NAMED, SqliteNames } from './names.ts';

const ROW = 'record.idx AS idx, record.hash AS hash, record.entry AS entry';

/** The ledger's tables, read; a snapshot while a transaction is open. Every method is one or a few prepared statements. */
export class SqliteReader implements Snapshot {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly names: SqliteNames;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.names = new SqliteNames(database);
  }

  get size(): number {
    return Number(this.#get('SELECT max(idx) AS last FROM record')?.last ?? -1) + 1;
  }

  at(index: number): SealedRecord | undefined {
    return sealedRecord(this.#get(`SELECT ${ROW} FROM record WHERE idx = ?`, index));
  }

  byHash(hash: Uint8Array): SealedRecord | undefined {
    const { size } = this;
    const recent = `SELECT ${ROW} FROM record WHERE idx >= ? AND hash = ? ORDER BY idx DESC LIMIT 1`;
    const found = this.#get(recent, SqliteNames.end(size), hash);
    if (found) return sealedRecord(found);
    for (const index of this.names.candidates(hash, NAMED.record, size)) {
      const row = this.#get(`SELECT ${ROW} FROM record WHERE idx = ? AND hash = ?`, index, hash);
      if (row) return sealedRecord(row);
    }
    return undefined;
  }

  hashesBetween(first: Uint8Array, last: Uint8Array, limit: number): readonly string[] {
    const { size } = this;
    const among = (where: string, index: number) =>
      this.#all(`SELECT hash FROM record WHERE ${where} AND hash BETWEEN ? AND ?`, index, first, last);
    const rows = among('idx >= ?', SqliteNames.end(size));
    for (const index of this.names.between(first, last, limit, size)) rows.push(...among('idx = ?', index));
    return rows
      .map((row) => hexOf(blob(row.hash)))
      .sort()
      .slice(0, limit);
  }

  revision(kind: string, id: string, revision: number): SealedRecord | undefined {
    return sealedRecord(
      this.#get(`SELECT ${ROW} FROM record WHERE kind = ? AND id = ? AND revision = ?`, kind, id, revision),
    );
  }

  lastRevision(kind: string, id: string): number {
    return Number(this.#get('SELECT max(revision) AS last FROM record WHERE kind = ? AND id = ?', kind, id)?.last ?? 0);
  }

  history(kind: string, id: string): readonly SealedRecord[] {
    return sealedRecords(this.#all(`SELECT ${ROW} FROM record WHERE kind = ? AND id = ? ORDER BY revision`, kind, id));
  }

  list({ kind, id, before, limit }: ListQuery): readonly SealedRecord[] {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    if (kind !== undefined) conditions.push('kind = ?') && values.push(kind);
    if (id !== undefined) conditions.push('id = ?') && values.push(id);
    if (before !== undefined) conditions.push('idx < ?') && values.push(before);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return sealedRecords(
      this.#all(`SELECT ${ROW} FROM record ${where} ORDER BY idx DESC LIMIT ?`, ...values, limit ?? -1),
    );
  }

  range(start: number, end: number): readonly SealedRecord[] {
    return sealedRecords(this.#all(`SELECT ${ROW} FROM record WHERE idx >= ? AND idx < ? ORDER BY idx`, start, end));
  }

  /** Entries from an index on, as they are stored. */
  entriesFrom(start: number): readonly Uint8Array[] {
    return this.#all('SELECT entry FROM record WHERE idx >= ? ORDER BY idx', start).map((row) => blob(row.entry));
  }

  linked(target: Uint8Array, types: readonly number[]): readonly SealedRecord[] {
    const first = types[0] ?? -1;
    const rows = this.#all(
      `SELECT DISTINCT ${ROW} FROM link JOIN record ON record.idx = link.idx
       WHERE link.target = ? AND link.type IN (?, ?) ORDER BY record.idx`,
      target,
      first,
      types[1] ?? first,
    );
    return sealedRecords(rows);
  }

  body(digest: Uint8Array): Omit<BodyRow, 'slot' | 'digest'> | undefined {
    const row = this.#bodyRow(digest);
    if (row === undefined) return undefined;
    return {
      salt: blob(row.salt),
      bytes: row.bytes === null ? undefined : blob(row.bytes),
      object: row.object === null ? undefined : blob(row.object),
    };
  }

  /** Whether a body names the object, or a record that was not redacted. */
  isUsed(object: Uint8Array): boolean {
    return (
      this.#get('SELECT 1 AS used FROM body WHERE object = ? LIMIT 1', object) !== undefined ||
      this.#get(
        `SELECT 1 AS used FROM link WHERE target = ? AND type <> 0
         AND EXISTS (SELECT 1 FROM body WHERE slot = 2 * idx) LIMIT 1`,
        object,
      ) !== undefined
    );
  }

  get checkpoint(): StoredCheckpoint | undefined {
    const row = this.#get('SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1');
    return row && { size: Number(row.size), note: String(row.note) };
  }

  /** The root of a complete subtree; the leaf's hash at level 0. */
  node(level: number, position: number): Uint8Array {
    const row =
      level === 0
        ? this.#get('SELECT hash FROM record WHERE idx = ?', position)
        : this.#get('SELECT hash FROM node WHERE level = ? AND position = ?', level, position);
    const hash = row && blob(row.hash);
    if (hash?.length === 32) return hash;
    throw missingNode(level, position);
  }

  #bodyRow(digest: Uint8Array): Record<string, SQLOutputValue> | undefined {
    const { size } = this;
    const columns = 'SELECT salt, bytes, object FROM body';
    const recent = `${columns} WHERE slot >= ? AND digest = ? ORDER BY slot DESC LIMIT 1`;
    const found = this.#get(recent, 2 * SqliteNames.end(size), digest);
    if (found) return found;
    for (const named of [NAMED.body, NAMED.note]) {
      for (const index of this.names.candidates(digest, named, size)) {
        const slot = 2 * index + (named === NAMED.note ? 1 : 0);
        const row = this.#get(`${columns} WHERE slot = ? AND digest = ?`, slot, digest);
        if (row) return row;
      }
    }
    return undefined;
  }

  #get(sql: string, ...values: (string | number | Uint8Array)[]): Record<string, SQLOutputValue> | undefined {
    return this.#prepared(sql).get(...values);
  }

  #all(sql: string, ...values: (string | number | Uint8Array)[]): Record<string, SQLOutputValue>[] {
    return this.#prepared(sql).all(...values);
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function sealedRecords(rows: readonly Record<string, SQLOutputValue>[]): SealedRecord[] {
  return rows.map((row) => sealedRecord(row)!);
}

function sealedRecord(row: Record<string, SQLOutputValue> | undefined): SealedRecord | undefined {
  return row && storedRecord(Number(row.idx), blob(row.hash), blob(row.entry));
}

function blob(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
