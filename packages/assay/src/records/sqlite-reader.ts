import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { AssayError } from '../errors.ts';
import type { LedgerRecord, SealedRecord } from './record.ts';
import type { ListQuery } from './store.ts';

export const LINK = { parentRecord: 0, parentObject: 1, artifact: 2 } as const;

const ROW = 'record.idx AS idx, record.hash AS hash, record.entry AS entry';

/** The ledger's tables, read. Every method is one or a few prepared statements. */
export class SqliteReader {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  size(): number {
    return Number(this.#get('SELECT max(idx) AS last FROM record')?.last ?? -1) + 1;
  }

  at(index: number): SealedRecord | undefined {
    return sealedRecord(this.#get(`SELECT ${ROW} FROM record WHERE idx = ?`, index));
  }

  byHash(hash: Uint8Array): SealedRecord | undefined {
    return sealedRecord(this.#get(`SELECT ${ROW} FROM record WHERE hash = ?`, hash));
  }

  indexOf(hash: Uint8Array): number | undefined {
    const index = this.#get('SELECT idx FROM record WHERE hash = ?', hash)?.idx;
    return index === undefined ? undefined : Number(index);
  }

  hashesBetween(first: Uint8Array, last: Uint8Array, limit: number): readonly string[] {
    const rows = this.#all(
      'SELECT hash FROM record WHERE hash BETWEEN ? AND ? ORDER BY hash LIMIT ?',
      first,
      last,
      limit,
    );
    return rows.map((row) => hex(blob(row.hash)));
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

  /** Entries as bytes, with the hash that is stored beside them. */
  entriesFrom(
    start: number,
  ): readonly { readonly index: number; readonly hash: Uint8Array; readonly entry: Uint8Array }[] {
    const rows = this.#all('SELECT idx, hash, entry FROM record WHERE idx >= ? ORDER BY idx', start);
    return rows.map((row) => ({ index: Number(row.idx), hash: blob(row.hash), entry: blob(row.entry) }));
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

  body(
    digest: Uint8Array,
  ): { readonly salt: Uint8Array; readonly bytes?: Uint8Array; readonly object?: string } | undefined {
    const row = this.#get('SELECT salt, bytes, object FROM body WHERE digest = ?', digest);
    if (row === undefined) return undefined;
    return row.object === null
      ? { salt: blob(row.salt), bytes: blob(row.bytes) }
      : { salt: blob(row.salt), object: hex(blob(row.object)) };
  }

  salt(digest: Uint8Array): Uint8Array | undefined {
    const row = this.#get('SELECT salt FROM body WHERE digest = ?', digest);
    return row && blob(row.salt);
  }

  checkpoint(): { readonly size: number; readonly note: string } | undefined {
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
    throw new AssayError(
      'ASSAY_LEDGER_DAMAGED',
      `the ledger lacks the tree's node at level ${level}, position ${position}`,
      {
        hint: 'Run `assay verify` to see what else is damaged, then restore from a backup.',
      },
    );
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
  if (row === undefined) return undefined;
  const index = Number(row.idx);
  const entry = blob(row.entry);
  return { index, hash: hex(blob(row.hash)), entry, record: readRecord(entry, index) };
}

/** Our own entries need no second validation; `verify` does that. */
function readRecord(entry: Uint8Array, index: number): LedgerRecord {
  try {
    return JSON.parse(Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8'));
  } catch (error) {
    throw new AssayError('ASSAY_LEDGER_DAMAGED', `the entry of record ${index} is not JSON any more`, {
      hint: 'Run `assay verify` to see what else is damaged, then restore from a backup.',
      cause: error,
    });
  }
}

function blob(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
