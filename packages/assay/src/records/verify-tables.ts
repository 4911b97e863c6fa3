import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nodeHasher, sealedDigest } from './hashing.ts';
import { linksOf } from './link.ts';
import { equalBytes, Frontier, fromHex, parseEntry, toHex, type Verifier, verifyCheckpoint } from './proof/index.ts';
import type { LedgerRecord, Sealed } from './record.ts';
import { referenceTo } from './reference.ts';
import type { Failure, Verification } from './verify.ts';

type Row = Record<string, SQLOutputValue>;

/** An object that a record needs. */
export interface NeededObject {
  readonly check: 'object' | 'artifact';
  readonly sha256: string;
  readonly size: number | undefined;
  /** Of an artifact, to be found right too. */
  readonly md5?: string;
  readonly kept?: 'dvc' | undefined;
  /** Of a body: what its bytes are hashed with, and to. */
  readonly sealed?: { readonly salt: Uint8Array; readonly digest: string };
  readonly name: string;
  readonly record: string;
  readonly index: number;
}

export interface TablesVerdict {
  readonly records: number;
  /** How many records from the first have none missing between them. */
  readonly reached: number;
  readonly checkpoints: number;
  readonly checkpoint: Verification['checkpoint'];
  /** The root at each size that was asked for, and the ledger reached. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  /** One for each content. */
  readonly objects: ReadonlyMap<string, NeededObject>;
}

interface Options {
  readonly verifiers: readonly Verifier[];
  readonly sizes: ReadonlySet<number>;
  readonly fail: (failure: Failure) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const PAGE = 1000;

/** Verifies the ledger's tables against the entries, in one pass. Runs inside a read transaction. */
export async function verifyTables(database: DatabaseSync, options: Options): Promise<TablesVerdict> {
  return new TableVerifier(database, options).run();
}

class TableVerifier {
  readonly #options: Options;
  readonly #fail: Options['fail'];
  readonly #database: DatabaseSync;
  readonly #page: StatementSync;
  readonly #node: StatementSync;
  readonly #body: StatementSync;
  readonly #link: StatementSync;
  readonly #revision: StatementSync;
  readonly #parent: StatementSync;
  readonly #checkpointAt: StatementSync;
  readonly #frontier = new Frontier(nodeHasher);
  readonly #roots = new Map<number, Uint8Array>();
  readonly #objects = new Map<string, NeededObject>();
  /** The index that the next row should have. */
  #next = 0;
  /** A leaf is missing, so that no later root can be computed. */
  #broken = false;
  #mismatched = false;
  #laterMismatches = 0;
  #nodes = 0;
  #links = 0;
  #bodies = 0;
  #checkpoint: Verification['checkpoint'];

  constructor(database: DatabaseSync, options: Options) {
    this.#database = database;
    this.#options = options;
    this.#fail = options.fail;
    this.#page = database.prepare(
      'SELECT idx, hash, kind, id, revision, entry FROM record WHERE idx > ? ORDER BY idx LIMIT ?',
    );
    this.#node = database.prepare('SELECT hash FROM node WHERE level = ? AND position = ?');
    this.#body = database.prepare('SELECT digest, salt, bytes, object FROM body WHERE slot = ?');
    this.#link = database.prepare('SELECT 1 AS there FROM link WHERE target = ? AND type = ? AND idx = ?');
    this.#revision = database.prepare('SELECT idx FROM record WHERE kind = ? AND id = ? AND revision = ?');
    this.#parent = database.prepare('SELECT idx FROM record WHERE hash = ?');
    this.#checkpointAt = database.prepare('SELECT note FROM checkpoint WHERE size = ?');
  }

  async run(): Promise<TablesVerdict> {
    const total = this.#count('SELECT count(*) AS n FROM record');
    this.#reached();
    for (let last = -1, rows = this.#page.all(last, PAGE); rows.length > 0; rows = this.#page.all(last, PAGE)) {
      for (const row of rows) {
        last = Number(row.idx);
        this.#verifyRow(row, last);
      }
      this.#options.onProgress?.(this.#next, total);
      this.#options.signal?.throwIfAborted();
      await nextTurn();
    }
    const checkpoints = this.#verifyCounts(total);
    return {
      records: total,
      reached: this.#frontier.size,
      checkpoints,
      checkpoint: this.#checkpoint,
      roots: this.#roots,
      objects: this.#objects,
    };
  }

  #verifyRow(row: Row, index: number): void {
    const entry = blob(row.entry);
    const stored = blob(row.hash);
    const leaf = nodeHasher.leaf(entry);
    let record: LedgerRecord | undefined;
    let problem = '';
    try {
      record = parseEntry(entry);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const name = record ? referenceTo({ record }) : toHex(stored);
    const fail: Fail = (check, message) => this.#fail({ check, record: name, index, message });
    if (index !== this.#next) {
      const missing = index - this.#next;
      this.#fail({
        check: 'index',
        index: this.#next,
        message: `${missing === 1 ? `record ${this.#next} is` : `records ${this.#next} to ${index - 1} are`} missing; the tree after it cannot be compared`,
      });
      this.#broken = true;
    }
    this.#next = index + 1;
    if (!equalBytes(leaf, stored)) fail('leaf-hash', 'the entry has not the hash that is stored with it');
    if (record === undefined) fail('entry', problem);
    else this.#verifyRecord(record, row, index, name, fail);
    if (!this.#broken) this.#grow(stored.length === 32 ? stored : leaf, fail);
  }

  #verifyRecord(record: LedgerRecord, row: Row, index: number, name: string, fail: Fail): void {
    if (record.kind !== row.kind || record.id !== row.id || record.revision !== row.revision) {
      const said = `${row.kind}/${row.id} revision ${row.revision}`;
      fail('record-row', `the row says ${said}, the entry ${record.kind}/${record.id} revision ${record.revision}`);
    }
    this.#verifyRevision(record, index, fail);
    this.#verifyLinks(record, index, fail);
    this.#verifyBody('body', record.body, { slot: 2 * index, record: name, index }, fail);
    if (record.note) this.#verifyBody('note', record.note, { slot: 2 * index + 1, record: name, index }, fail);
    for (const { name: artifact, md5, sha256, size, kept } of record.artifacts) {
      const key = `${md5} ${sha256}`;
      // What one record leaves to DVC, another may have in the store.
      if (kept !== undefined && this.#objects.has(key)) continue;
      this.#objects.set(key, {
        kept,
        check: 'artifact',
        sha256,
        md5,
        size: md5.endsWith('.dir') ? undefined : size,
        name: artifact,
        record: name,
        index,
      });
    }
  }

  /**
   * The tree is compared as one of the stored leaf hashes, each of which was compared with its entry: so a changed entry is
   * one failure, and not also one of each node above it and of each later checkpoint.
   */
  #grow(leaf: Uint8Array, fail: Fail): void {
    this.#frontier.add(leaf, (level, position, hash) => {
      this.#nodes++;
      const stored = this.#node.get(level, position);
      const place = `at level ${level}, position ${position}`;
      if (!stored) fail('tree-node', `the tree lacks its node ${place}`);
      else if (!equalBytes(blob(stored.hash), hash))
        fail('tree-node', `the tree's node ${place} is not the hash of what lies under it`);
    });
    this.#reached();
  }

  #verifyRevision(record: LedgerRecord, row: number, fail: Fail): void {
    if (record.revision === 1) return;
    const before = this.#revision.get(record.kind, record.id, record.revision - 1)?.idx;
    if (before === undefined)
      fail('revision', `revision ${record.revision} has no revision ${record.revision - 1} before it`);
    else if (Number(before) >= row)
      fail('revision', `revision ${record.revision} comes before revision ${record.revision - 1}`);
  }

  #verifyLinks(record: LedgerRecord, row: number, fail: Fail): void {
    const seen = new Set<string>();
    for (const { target, type } of linksOf(record)) {
      const key = `${type} ${toHex(target)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      this.#links++;
      if (!this.#link.get(target, type, row)) fail('link', `the index lacks the link to ${toHex(target)}`);
    }
    for (const { role, ref } of record.parents) {
      if (!ref.startsWith('record:')) continue;
      const parent = this.#parent.get(fromHex(ref.slice('record:'.length)) ?? '')?.idx;
      if (parent === undefined) fail('parent', `its parent ${ref} (${role}) is not in the ledger`);
      else if (Number(parent) >= row) fail('parent', `its parent ${ref} (${role}) comes after it`);
    }
  }

  #verifyBody(what: string, sealed: Sealed, place: { slot: number; record: string; index: number }, fail: Fail): void {
    const row = this.#body.get(place.slot);
    if (row === undefined) {
      fail('body', `its ${what} is missing`);
      return;
    }
    this.#bodies++;
    const salt = blob(row.salt);
    if (toHex(blob(row.digest)) !== sealed.digest) {
      fail('body', `the row of its ${what} has another digest than the entry`);
    } else if (row.object !== null) {
      const { record, index } = place;
      const sha256 = toHex(blob(row.object));
      const opened = { salt, digest: sealed.digest };
      this.#objects.set(`${sealed.digest} ${sha256}`, {
        check: 'object',
        sha256,
        size: sealed.size,
        name: what,
        record,
        index,
        sealed: opened,
      });
    } else if (
      blob(row.bytes).length !== sealed.size ||
      !sealedDigest(salt, blob(row.bytes)).equals(blob(row.digest))
    ) {
      fail('body', `the stored bytes or the salt of its ${what} are not the ones that were sealed`);
    }
  }

  /** Called at each size, the empty tree's too. */
  #reached(): void {
    const { size } = this.#frontier;
    if (this.#options.sizes.has(size)) this.#roots.set(size, this.#frontier.root());
    const row = size > 0 ? this.#checkpointAt.get(size) : undefined;
    if (row === undefined) return;
    const fail = (message: string) =>
      this.#fail({ check: 'checkpoint', index: size - 1, message: `the checkpoint of ${size} records ${message}` });
    try {
      const { origin, size: signedSize, root } = verifyCheckpoint(String(row.note), this.#options.verifiers);
      if (signedSize !== size) fail(`is of ${signedSize} records`);
      else if (!equalBytes(root, this.#frontier.root())) {
        // What breaks one root breaks all that follow.
        if (this.#mismatched) this.#laterMismatches++;
        else fail('signs another root than the records have');
        this.#mismatched = true;
      } else this.#checkpoint = { origin, size, root: toHex(root) };
    } catch (error) {
      fail(`does not verify: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Finds rows that nothing asks for, by counting. Answers with the number of checkpoints. */
  #verifyCounts(records: number): number {
    if (this.#laterMismatches > 0) {
      this.#fail({ check: 'checkpoint', message: `${this.#laterMismatches} later checkpoints sign other roots too` });
    }
    const extra = (check: Failure['check'], table: string, known: number, what: string) => {
      const rows = this.#count(`SELECT count(*) AS n FROM ${table}`);
      if (rows > known) this.#fail({ check, message: `${rows - known} ${what} belong to no record` });
    };
    if (!this.#broken) extra('tree-node', 'node', this.#nodes, 'nodes of the tree');
    extra('link', 'link', this.#links, 'links');
    extra('body-orphan', 'body', this.#bodies, 'bodies');
    const checkpoints = this.#count('SELECT count(*) AS n FROM checkpoint');
    const newest = this.#count('SELECT max(size) AS n FROM checkpoint');
    if (newest < records) {
      this.#fail({
        check: 'checkpoint',
        index: newest,
        message: `no checkpoint covers the records ${newest} to ${records - 1}`,
      });
    } else if (newest > records) {
      this.#fail({
        check: 'checkpoint',
        index: records,
        message: `the newest checkpoint is of ${newest} records, and ${records} are there`,
      });
    }
    const impossible = this.#count('SELECT count(*) AS n FROM checkpoint WHERE size < 1');
    if (impossible > 0)
      this.#fail({ check: 'checkpoint', message: `${impossible} checkpoints are of no size that a ledger can have` });
    return checkpoints;
  }

  #count(sql: string): number {
    return Number(this.#database.prepare(sql).get()?.n ?? 0);
  }
}

type Fail = (check: Failure['check'], message: string) => void;

function blob(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
