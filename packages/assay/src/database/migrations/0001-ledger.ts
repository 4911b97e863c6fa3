import type { Migration } from './migration.ts';

/**
 * The ledger. `record.entry` is what is sealed; every other column and table can be computed again from the entries and the
 * bodies, and `verify` does so.
 *
 * - `node`: roots of complete subtrees, level ≥ 1 (level 0 is `record.hash`): position p at level l covers the leaves
 *   [p·2^l, (p+1)·2^l).
 * - `body`: sealed bytes, or the SHA-256 of the object that holds them; the row number is 2·index for a record's body and
 *   2·index + 1 for its note, so that rows are added at the end.
 * - `link`: what a record names, for walking back: type 0 a parent record, 1 a parent object, 2 an artifact.
 * - `name`: hashes of records and digests of bodies and notes, in sorted blocks by which they are found (`records/sqlite/names.ts`).
 * - `checkpoint`: the signed note of each commit.
 */
export const ledger: Migration = {
  version: 1,
  name: 'ledger',
  sql: `
    CREATE TABLE record (
      idx INTEGER PRIMARY KEY,
      hash BLOB NOT NULL,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      entry BLOB NOT NULL,
      UNIQUE (kind, id, revision)
    ) STRICT;
    CREATE INDEX record_by_kind ON record (kind, idx);
    CREATE TABLE node (
      level INTEGER NOT NULL,
      position INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (level, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE body (
      slot INTEGER PRIMARY KEY,
      digest BLOB NOT NULL,
      salt BLOB NOT NULL,
      bytes BLOB,
      object BLOB,
      CHECK ((bytes IS NULL) <> (object IS NULL))
    ) STRICT;
    CREATE TABLE link (
      target BLOB NOT NULL,
      type INTEGER NOT NULL,
      idx INTEGER NOT NULL,
      PRIMARY KEY (target, type, idx)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE name (
      level INTEGER NOT NULL,
      block INTEGER NOT NULL,
      part INTEGER NOT NULL,
      words BLOB NOT NULL,
      PRIMARY KEY (level, block, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE checkpoint (
      size INTEGER PRIMARY KEY,
      note TEXT NOT NULL
    ) STRICT;
  `,
};
