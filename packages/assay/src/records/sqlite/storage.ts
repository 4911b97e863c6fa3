import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  closeDatabase,
  databaseError,
  readTransaction,
  retryWhileBusy,
  writeTransaction,
} from '../../database/index.ts';
import { nodeHasher } from '../hashing.ts';
import { damagedLedger } from '../head.ts';
import { equalBytes } from '../proof/index.ts';
import type { SealedRecord } from '../record.ts';
import type { SealedBatch } from '../sealing.ts';
import type { Calls, NewRows, Seal, Storage } from '../storage.ts';
import type { ListQuery } from '../store.ts';
import type { NamedRecord } from './names.ts';
import { SqliteReader } from './reader.ts';

/** A ledger in a SQLite database: a commit is one synchronous write transaction. */
export class SqliteStorage implements Storage {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #reader: SqliteReader;
  #writer: Writer | undefined;

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
    this.#reader = new SqliteReader(database);
  }

  async commit(_calls: Calls, seal: Seal): Promise<SealedBatch> {
    this.#writer ??= new Writer(this.#database, this.#reader);
    const writer = this.#writer;
    const sealed = await writeTransaction(this.#database, this.#file, () => {
      const made = seal(this.#reader);
      if (made.added) writer.write(made.added.rows);
      return made;
    });
    if ((sealed.added?.rows.redacted.length ?? 0) > 0) writer.emptyLog();
    return sealed;
  }

  head() {
    return this.#readAtOnce(({ size, checkpoint }) => ({ size, checkpoint }));
  }

  nodes(places: readonly { readonly level: number; readonly position: number }[]) {
    return this.#read((reader) => places.map(({ level, position }) => reader.node(level, position)));
  }

  at(index: number) {
    return this.#read((reader) => reader.at(index));
  }

  byHash(hash: Uint8Array) {
    return this.#readAtOnce((reader) => reader.byHash(hash));
  }

  hashesBetween(first: Uint8Array, last: Uint8Array, limit: number) {
    return this.#readAtOnce((reader) => reader.hashesBetween(first, last, limit));
  }

  latest(kind: string, id: string) {
    return this.#read((reader) => reader.revision(kind, id, reader.lastRevision(kind, id)));
  }

  history(kind: string, id: string) {
    return this.#read((reader) => reader.history(kind, id));
  }

  list(query: ListQuery) {
    return this.#read((reader) => reader.list(query));
  }

  range(start: number, end: number) {
    return this.#read((reader) => reader.range(start, end));
  }

  linked(target: Uint8Array, types: readonly number[]) {
    return this.#read((reader) => reader.linked(target, types));
  }

  body(digest: Uint8Array) {
    return this.#readAtOnce((reader) => reader.body(digest));
  }

  async whileUnused(object: Uint8Array, remove: () => void): Promise<void> {
    await writeTransaction(this.#database, this.#file, () => {
      if (!this.#reader.isUsed(object)) remove();
    });
  }

  async close(): Promise<void> {
    await closeDatabase(this.#database);
  }

  /** For what reads more than once, and of one state. */
  async #readAtOnce<T>(read: (reader: SqliteReader) => T): Promise<T> {
    return readTransaction(this.#database, this.#file, () => read(this.#reader));
  }

  async #read<T>(read: (reader: SqliteReader) => T): Promise<T> {
    try {
      return await retryWhileBusy(() => read(this.#reader));
    } catch (error) {
      throw databaseError(error, this.#file);
    }
  }
}

/** The statements by which rows are written, in a transaction. */
class Writer {
  readonly #database: DatabaseSync;
  readonly #reader: SqliteReader;
  readonly #record: StatementSync;
  readonly #body: StatementSync;
  readonly #link: StatementSync;
  readonly #node: StatementSync;
  readonly #checkpoint: StatementSync;
  readonly #redact: StatementSync;

  constructor(database: DatabaseSync, reader: SqliteReader) {
    this.#reader = reader;
    this.#database = database;
    database.exec('PRAGMA secure_delete = OFF');
    this.#record = database.prepare(
      'INSERT INTO record (idx, hash, kind, id, revision, entry) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#body = database.prepare('INSERT INTO body (slot, digest, salt, bytes, object) VALUES (?, ?, ?, ?, ?)');
    this.#link = database.prepare('INSERT INTO link (target, type, idx) VALUES (?, ?, ?)');
    this.#node = database.prepare('INSERT INTO node (level, position, hash) VALUES (?, ?, ?)');
    this.#checkpoint = database.prepare('INSERT INTO checkpoint (size, note) VALUES (?, ?)');
    this.#redact = database.prepare('DELETE FROM body WHERE slot = ?');
  }

  write({ start, records, bodies, links, nodes, checkpoint, redacted }: NewRows): void {
    for (const { index, hash, entry, record } of records) {
      this.#record.run(index, Buffer.from(hash, 'hex'), record.kind, record.id, record.revision, entry);
    }
    for (const { slot, digest, salt, bytes, object } of bodies) {
      this.#body.run(slot, digest, salt, bytes ?? null, object ?? null);
    }
    for (const { target, type, index } of links) this.#link.run(target, type, index);
    for (const { level, position, hash } of nodes) this.#node.run(level, position, hash);
    if (redacted.length > 0) this.#takeAway(redacted);
    this.#reader.names.extend(start, start + records.length, (from, to) => [
      ...(from < start ? this.#reader.range(from, Math.min(start, to)) : []).map(named),
      ...records.slice(Math.max(0, from - start), to - start).map(named),
    ]);
    this.#checkStored(start, records);
    this.#checkpoint.run(checkpoint.size, checkpoint.note);
  }

  /** The write-ahead log has what was deleted until it is folded into the database. A reader at work keeps it from that. */
  emptyLog(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Folded by the last process that closes the database.
    }
  }

  /** What is deleted is overwritten. */
  #takeAway(slots: readonly number[]): void {
    this.#database.exec('PRAGMA secure_delete = ON');
    try {
      for (const slot of slots) this.#redact.run(slot);
    } finally {
      this.#database.exec('PRAGMA secure_delete = OFF');
    }
  }

  /** What was signed must be what can be read. */
  #checkStored(start: number, records: NewRows['records']): void {
    const stored = this.#reader.entriesFrom(start);
    records.forEach(({ index, hash }, i) => {
      const entry = stored[i];
      if (entry === undefined || !equalBytes(nodeHasher.leaf(entry), Buffer.from(hash, 'hex'))) {
        throw damagedLedger(`record ${index} was stored as other bytes than were given`);
      }
    });
    if (stored.length !== records.length) throw damagedLedger(`it has records that nobody added, from ${start} on`);
  }
}

function named({ index, hash, record }: SealedRecord): NamedRecord {
  return { index, hash: Buffer.from(hash, 'hex'), record };
}
