import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { LinkRow } from '../storage.ts';
import type { LedgerRows } from '../verify-rows.ts';
import { NAMED, NameCheck, SqliteNames } from './names.ts';

/**
 * The rows of a ledger in SQLite; inside of a read transaction of the caller. Entries and hashes are asked for as texts: a list
 * of bytes is an object outside of the heap, which costs more to make than what is in it does to verify.
 */
export function sqliteRows(database: DatabaseSync): LedgerRows {
  const names = new SqliteNames(database);
  const statements = new Map<string, StatementSync>();
  const all = (sql: string, ...values: SQLInputValue[]): SQLOutputValue[][] => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      // Rows as lists cost half of what rows as objects do.
      statement.setReturnArrays(true);
      statements.set(sql, statement);
    }
    return statement.all(...values) as unknown as SQLOutputValue[][];
  };
  const one = (sql: string, ...values: SQLInputValue[]) => all(sql, ...values)[0]?.[0];
  const index = (value: SQLOutputValue | undefined) => (value === undefined ? undefined : Number(value));
  return {
    async count(table) {
      return Number(one(`SELECT count(*) FROM ${table}`));
    },
    async records(after, limit) {
      const rows = all(
        `SELECT idx, hex(hash), kind, id, revision, CAST(entry AS TEXT), length(entry) FROM record
         WHERE idx > ? ORDER BY idx LIMIT ?`,
        after,
        limit,
      );
      return rows.map(([idx, hash, kind, id, revision, entry, length]) => {
        const text = typeof entry === 'string' && entry.length === length && isAscii(entry) ? entry : undefined;
        return {
          index: Number(idx),
          hash: Buffer.from(String(hash), 'hex'),
          kind: String(kind),
          id: String(id),
          revision: Number(revision),
          text,
          get entry() {
            return text === undefined
              ? blob(one('SELECT entry FROM record WHERE idx = ?', idx!))
              : Buffer.from(text, 'latin1');
          },
        };
      });
    },
    async nodes(level, from, to) {
      const sql =
        'SELECT position, hex(hash) FROM node WHERE level = ? AND position >= ? AND position < ? ORDER BY position';
      return all(sql, level, from, to).map(([position, hash]) => ({
        position: Number(position),
        hash: Buffer.from(String(hash), 'hex'),
      }));
    },
    async bodies(from, to) {
      const rows = all(
        'SELECT slot, digest, salt, bytes, object FROM body WHERE slot >= ? AND slot < ? ORDER BY slot',
        from,
        to,
      );
      return rows.map(([slot, digest, salt, bytes, object]) => ({
        slot: Number(slot),
        digest: blob(digest),
        salt: blob(salt),
        bytes: bytes === null ? undefined : blob(bytes),
        object: object === null ? undefined : blob(object),
      }));
    },
    async checkpoints(from, to) {
      const rows = all('SELECT size, note FROM checkpoint WHERE size >= ? AND size < ? ORDER BY size', from, to);
      return rows.map(([size, note]) => ({ size: Number(size), note: String(note) }));
    },
    async links(after, limit) {
      const rows =
        after === undefined
          ? all('SELECT target, type, idx FROM link ORDER BY target, type, idx LIMIT ?', limit)
          : all(
              'SELECT target, type, idx FROM link WHERE (target, type, idx) > (?, ?, ?) ORDER BY target, type, idx LIMIT ?',
              after.target,
              after.type,
              after.index,
              limit,
            );
      return rows.map(
        ([target, type, idx]): LinkRow => ({ target: blob(target), type: Number(type), index: Number(idx) }),
      );
    },
    async haveLinks(links) {
      const sql = 'SELECT 1 FROM link WHERE target = ? AND type = ? AND idx = ?';
      return links.map(({ target, type, index: idx }) => one(sql, target, type, idx) !== undefined);
    },
    async indexesOfRevisions(revisions) {
      const sql = 'SELECT idx FROM record WHERE kind = ? AND id = ? AND revision = ?';
      return revisions.map(({ kind, id, revision }) => index(one(sql, kind, id, revision)));
    },
    async indexesOfHashes(hashes) {
      const size = Number(one('SELECT max(idx) FROM record') ?? -1) + 1;
      return hashes.map((hash) => {
        const recent = one('SELECT idx FROM record WHERE idx >= ? AND hash = ?', SqliteNames.end(size), hash);
        if (recent !== undefined) return Number(recent);
        for (const candidate of names.candidates(hash, NAMED.record, size)) {
          if (one('SELECT 1 FROM record WHERE idx = ? AND hash = ?', candidate, hash) !== undefined) return candidate;
        }
        return undefined;
      });
    },
    names: (size) => new NameCheck(names, size),
    async checkpointSizes() {
      const newest = Number(one('SELECT max(size) FROM checkpoint') ?? 0);
      return { newest, impossible: Number(one('SELECT count(*) FROM checkpoint WHERE size < 1')) };
    },
  };
}

function blob(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/** A text that SQLite took invalid UTF-8 for has characters that are none. */
function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
