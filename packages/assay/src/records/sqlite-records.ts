import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { closeDatabase, databaseError, openDatabase, retryWhileBusy, writeTransaction } from '../database/index.ts';
import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { type PreparedDraft, prepareDraft } from './draft.ts';
import { examine, examineLog } from './examine.ts';
import { sealedDigest } from './hashing.ts';
import type { HighWaterMarks } from './high-water.ts';
import { equalBytes, fromHex, toHex } from './proof/index.ts';
import type { Draft, SealedRecord } from './record.ts';
import { ledgerVerifiers } from './signer.ts';
import type { SignedCheckpoint } from './sqlite-head.ts';
import { LINK, SqliteReader } from './sqlite-reader.ts';
import { type SealerOptions, SqliteSealer } from './sqlite-sealer.ts';
import { checkpointWitness, highWaterWitness, readCheckpointFile } from './standing.ts';
import type { ListQuery, RecordStore } from './store.ts';
import { consistencyPath, inclusionPath } from './tree.ts';

export interface SqliteRecordsOptions extends SealerOptions {
  readonly databaseFile: string;
  /** Holds the newest signed checkpoint, for people and for comparing at the next opening. */
  readonly checkpointFile: string;
  /** Other keys whose checkpoints of this ledger count. */
  readonly trusted?: readonly string[];
  /** Holds bodies over 64 KB; a SHA-256 store. */
  readonly objects: ObjectStore;
  readonly highWater: HighWaterMarks;
}

const LARGEST_BATCH = 1024;
const LARGEST_BATCH_BYTES = 8 * 2 ** 20;
const PAGE = 512;

interface Call {
  readonly drafts: readonly PreparedDraft[];
  readonly resolve: (records: readonly SealedRecord[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the ledger of a project, making it when it is not there.
 *
 * @throws AssayError `ASSAY_LEDGER_BEHIND` or `ASSAY_LEDGER_FORKED` when the database is not what its checkpoint file or its
 * high-water mark vouch for, `ASSAY_LEDGER_DAMAGED`, `ASSAY_CHECKPOINT_FILE_INVALID`, and those of `openDatabase`.
 */
export async function openSqliteRecords(options: SqliteRecordsOptions): Promise<RecordStore> {
  const verifiers = ledgerVerifiers(options.signer.vkey, options.trusted);
  // Read before the database: another process may add records meanwhile, and then writes the file last.
  const file = readCheckpointFile(options.checkpointFile, verifiers);
  const mark = options.highWater.read(options.signer.name);
  const witnesses = [file && checkpointWitness(options.checkpointFile, file), mark && highWaterWitness(mark)];
  const { databaseFile } = options;
  await examineLog(databaseFile, verifiers, witnesses);
  const database = await openDatabase({ file: databaseFile });
  try {
    const reader = new SqliteReader(database);
    const newest = await examine(database, databaseFile, reader, verifiers, witnesses);
    const store = new SqliteRecords(database, reader, options);
    // What a process that was killed between its commit and these writes left undone.
    if (newest !== undefined && (file?.size !== newest.size || mark?.size !== newest.size)) store.publish(newest);
    return store;
  } catch (error) {
    await closeDatabase(database);
    throw databaseError(error, databaseFile);
  }
}

class SqliteRecords implements RecordStore {
  readonly #database: DatabaseSync;
  readonly #reader: SqliteReader;
  readonly #sealer: SqliteSealer;
  readonly #options: SqliteRecordsOptions;
  readonly #checkpointFile: CheckpointFile;
  readonly #queue: Call[] = [];
  #working: Promise<void> | undefined;
  /** A checkpoint whose files could not be written; nothing is added before they are. */
  #unpublished: SignedCheckpoint | undefined;
  #closed = false;

  constructor(database: DatabaseSync, reader: SqliteReader, options: SqliteRecordsOptions) {
    this.#database = database;
    this.#reader = reader;
    this.#sealer = new SqliteSealer(database, reader, options);
    this.#options = options;
    this.#checkpointFile = new CheckpointFile(options.checkpointFile);
  }

  async append(drafts: readonly Draft[]): Promise<readonly SealedRecord[]> {
    this.#checkOpen();
    if (drafts.length === 0) return [];
    const prepared: PreparedDraft[] = [];
    for (const draft of drafts) prepared.push(await prepareDraft(draft, this.#options.objects));
    this.#checkOpen();
    return new Promise((resolve, reject) => {
      this.#queue.push({ drafts: prepared, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  async get(hash: string): Promise<SealedRecord | undefined> {
    const name = fromHex(hash);
    return name?.length === 32 ? this.#read(() => this.#reader.byHash(name)) : undefined;
  }

  async at(index: number): Promise<SealedRecord | undefined> {
    return this.#read(() => this.#reader.at(index));
  }

  async withPrefix(prefix: string, limit: number): Promise<readonly string[]> {
    const first = fromHex(prefix.padEnd(64, '0'));
    const last = fromHex(prefix.padEnd(64, 'f'));
    if (first?.length !== 32 || last?.length !== 32) return [];
    return this.#read(() => this.#reader.hashesBetween(first, last, limit));
  }

  async latest(kind: string, id: string): Promise<SealedRecord | undefined> {
    return this.#read(() => this.#reader.revision(kind, id, this.#reader.lastRevision(kind, id)));
  }

  async history(kind: string, id: string): Promise<readonly SealedRecord[]> {
    return this.#read(() => this.#reader.history(kind, id));
  }

  async list(query: ListQuery): Promise<readonly SealedRecord[]> {
    return this.#read(() => this.#reader.list(query));
  }

  async children(ref: string): Promise<readonly SealedRecord[]> {
    const [, scheme, name] = /^(record|sha256):([0-9a-f]{64})$/.exec(ref) ?? [];
    if (name === undefined) return [];
    const types = scheme === 'record' ? [LINK.parentRecord] : [LINK.parentObject, LINK.artifact];
    return this.#read(() => this.#reader.linked(Buffer.from(name, 'hex'), types));
  }

  async body(sealed: { readonly digest: string }): Promise<{ bytes: Uint8Array; salt: Uint8Array } | undefined> {
    const digest = fromHex(sealed.digest);
    const stored = digest && (await this.#read(() => this.#reader.body(digest)));
    if (digest === undefined || stored === undefined) return undefined;
    const bytes = stored.bytes ?? (await this.#options.objects.read(stored.object ?? ''));
    if (!equalBytes(sealedDigest(stored.salt, bytes), digest)) {
      throw new AssayError(
        'ASSAY_BODY_DAMAGED',
        `the stored bytes of the body ${sealed.digest} are not the ones that were sealed`,
        {
          hint: 'Run `assay verify` to see which record it belongs to, then restore from a backup.',
        },
      );
    }
    return { bytes, salt: stored.salt };
  }

  async checkpoint(): Promise<string | undefined> {
    return this.#read(() => this.#reader.checkpoint()?.note);
  }

  async size(): Promise<number> {
    return this.#read(() => this.#reader.size());
  }

  async *entries(start: number, end: number): AsyncIterable<SealedRecord> {
    for (let from = start; from < end; from += PAGE) {
      const page = await this.#read(() => this.#reader.range(from, Math.min(end, from + PAGE)));
      yield* page;
      if (page.length === 0) return;
    }
  }

  async subtree(level: number, position: number): Promise<Uint8Array> {
    return this.#read(() => {
      const isThere = Number.isSafeInteger(position) && position >= 0 && level >= 0;
      if (!isThere || (position + 1) * 2 ** level > this.#reader.size()) {
        throw new AssayError('ASSAY_PROOF_RANGE', `the ledger has no whole subtree ${position} of level ${level}`, {
          hint: 'Ask for leaves below the size of the ledger.',
        });
      }
      return this.#reader.node(level, position);
    });
  }

  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    return this.#read(() =>
      inclusionPath((level, position) => this.#reader.node(level, position), index, this.#known(size)),
    );
  }

  async consistencyProof(oldSize: number, size: number): Promise<readonly Uint8Array[]> {
    return this.#read(() =>
      consistencyPath((level, position) => this.#reader.node(level, position), oldSize, this.#known(size)),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#working;
    try {
      this.#checkpointFile.close();
    } finally {
      await closeDatabase(this.#database);
    }
  }

  /** Writes what vouches for the ledger from outside of the database. */
  publish(checkpoint: SignedCheckpoint): void {
    const { origin, size, root, note } = checkpoint;
    this.#unpublished = checkpoint;
    this.#options.highWater.write({ origin, size, root: toHex(root) });
    this.#checkpointFile.write(note);
    this.#unpublished = undefined;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#commit(this.#nextBatch());
      // Those whom the commit woke up add what they have to the next one.
      await nextTurn();
    }
    // In the same turn as the look at the queue, so that no call falls between.
    this.#working = undefined;
  }

  async #commit(batch: readonly Call[]): Promise<void> {
    try {
      if (this.#unpublished) this.publish(this.#unpublished);
      const { outcomes, checkpoint } = await writeTransaction(this.#database, this.#options.databaseFile, () =>
        this.#sealer.seal(batch.map((call) => call.drafts)),
      );
      if (checkpoint) this.#publishCommitted(checkpoint);
      batch.forEach((call, i) => {
        const outcome = outcomes[i]!;
        if ('records' in outcome) call.resolve(outcome.records);
        else call.reject(outcome.refusal);
      });
    } catch (error) {
      for (const call of batch) call.reject(error);
    }
  }

  /** The records are durable already: a failure here must not look like theirs, and keeps the next commit from happening. */
  #publishCommitted(checkpoint: SignedCheckpoint): void {
    try {
      this.publish(checkpoint);
    } catch {
      // Tried again, and told, by the next commit.
    }
  }

  #nextBatch(): readonly Call[] {
    let count = 0;
    let bytes = 0;
    let calls = 0;
    for (const { drafts } of this.#queue) {
      count += drafts.length;
      for (const { body } of drafts) bytes += body.object ? 0 : body.bytes.length;
      if (calls > 0 && (count > LARGEST_BATCH || bytes > LARGEST_BATCH_BYTES)) break;
      calls++;
    }
    return this.#queue.splice(0, calls);
  }

  #known(size: number): number {
    if (size <= this.#reader.size()) return size;
    throw new AssayError('ASSAY_PROOF_RANGE', `the ledger has ${this.#reader.size()} records, not ${size}`);
  }

  async #read<T>(read: () => T): Promise<T> {
    this.#checkOpen();
    try {
      return await retryWhileBusy(read);
    } catch (error) {
      throw databaseError(error, this.#options.databaseFile);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new AssayError('ASSAY_RECORDS_CLOSED', 'the ledger was closed');
  }
}
