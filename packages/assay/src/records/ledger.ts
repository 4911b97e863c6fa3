import { setImmediate as nextTurn } from 'node:timers/promises';
import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { type PreparedDraft, prepareDraft } from './draft.ts';
import { hexOf, sealedDigest } from './hashing.ts';
import type { SignedCheckpoint } from './head.ts';
import type { HighWaterMarks } from './high-water.ts';
import { LINK } from './link.ts';
import { equalBytes, fromHex, toHex } from './proof/index.ts';
import type { Draft, SealedRecord } from './record.ts';
import { objectsOf, type SealerOptions, sealer } from './sealing.ts';
import type { EarlierKey } from './signer.ts';
import type { Storage } from './storage.ts';
import type { ListQuery, RecordStore } from './store.ts';
import { consistencyPath, inclusionPath, withNodes } from './tree.ts';

export interface LedgerOptions extends SealerOptions {
  /** Holds the newest signed checkpoint, for people and for comparing at the next opening. */
  readonly checkpointFile: string;
  /** Holds the newest checkpoint that witnesses have cosigned; compared as well when it is there. */
  readonly cosignedFile?: string;
  /** Other keys whose checkpoints of this ledger count. */
  readonly trusted?: readonly string[];
  /** Keys that the ledger had before. */
  readonly earlier?: readonly EarlierKey[];
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

/** The ledger over any storage: calls are gathered into commits, sealed, published, and read back. */
export class Ledger implements RecordStore {
  readonly #storage: Storage;
  readonly #seal: ReturnType<typeof sealer>;
  readonly #options: LedgerOptions;
  readonly #checkpointFile: CheckpointFile;
  readonly #queue: Call[] = [];
  #working: Promise<void> | undefined;
  /** A checkpoint whose files could not be written; nothing is added before they are. */
  #unpublished: SignedCheckpoint | undefined;
  #closed = false;

  constructor(storage: Storage, options: LedgerOptions) {
    this.#storage = storage;
    this.#seal = sealer(options);
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
    return name?.length === 32 ? this.#open.byHash(name) : undefined;
  }

  async at(index: number): Promise<SealedRecord | undefined> {
    return this.#open.at(index);
  }

  async withPrefix(prefix: string, limit: number): Promise<readonly string[]> {
    const first = fromHex(prefix.padEnd(64, '0'));
    const last = fromHex(prefix.padEnd(64, 'f'));
    if (first?.length !== 32 || last?.length !== 32) return [];
    return this.#open.hashesBetween(first, last, limit);
  }

  async latest(kind: string, id: string): Promise<SealedRecord | undefined> {
    return this.#open.latest(kind, id);
  }

  async history(kind: string, id: string): Promise<readonly SealedRecord[]> {
    return this.#open.history(kind, id);
  }

  async list(query: ListQuery): Promise<readonly SealedRecord[]> {
    return this.#open.list(query);
  }

  async children(ref: string): Promise<readonly SealedRecord[]> {
    const [, scheme, name] = /^(record|sha256):([0-9a-f]{64})$/.exec(ref) ?? [];
    if (name === undefined) return [];
    const types = scheme === 'record' ? [LINK.parentRecord] : [LINK.parentObject, LINK.artifact];
    return this.#open.linked(Buffer.from(name, 'hex'), types);
  }

  async body(sealed: { readonly digest: string }): Promise<{ bytes: Uint8Array; salt: Uint8Array } | undefined> {
    const digest = fromHex(sealed.digest);
    const stored = digest && (await this.#open.body(digest));
    if (digest === undefined || stored === undefined) return undefined;
    const bytes = stored.bytes ?? (await this.#options.objects.read(hexOf(stored.object ?? new Uint8Array(0))));
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

  async release(hash: string): Promise<void> {
    const sealed = await this.get(hash);
    if (sealed === undefined || (await this.body(sealed.record.body)) !== undefined) return;
    for (const object of objectsOf(sealed.record)) await this.#remove(object);
  }

  async whileUnused(sha256: string, work: () => void): Promise<void> {
    await this.#open.whileUnused(Buffer.from(sha256, 'hex'), work);
  }

  async checkpoint(): Promise<string | undefined> {
    return (await this.#open.head()).checkpoint?.note;
  }

  async size(): Promise<number> {
    return (await this.#open.head()).size;
  }

  async *entries(start: number, end: number): AsyncIterable<SealedRecord> {
    for (let from = start; from < end; from += PAGE) {
      const page = await this.#open.range(from, Math.min(end, from + PAGE));
      yield* page;
      if (page.length === 0) return;
    }
  }

  async subtree(level: number, position: number): Promise<Uint8Array> {
    const isThere = Number.isSafeInteger(position) && position >= 0 && level >= 0;
    if (!isThere || (position + 1) * 2 ** level > (await this.size())) {
      throw new AssayError('ASSAY_PROOF_RANGE', `the ledger has no whole subtree ${position} of level ${level}`, {
        hint: 'Ask for leaves below the size of the ledger.',
      });
    }
    return (await this.#open.nodes([{ level, position }]))[0]!;
  }

  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    await this.#checkKnown(size);
    return withNodes(this.#open, (read) => inclusionPath(read, index, size));
  }

  async consistencyProof(oldSize: number, size: number): Promise<readonly Uint8Array[]> {
    await this.#checkKnown(size);
    return withNodes(this.#open, (read) => consistencyPath(read, oldSize, size));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#working;
    try {
      this.#checkpointFile.close();
    } finally {
      await this.#storage.close();
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
      const calls = batch.map(({ drafts }) => drafts);
      const { outcomes, added } = await this.#storage.commit(calls, (snapshot) => this.#seal(snapshot, calls));
      if (added) {
        this.#publishCommitted(added.checkpoint);
        await this.#keepObjects(calls.flat());
      }
      batch.forEach((call, i) => {
        const outcome = outcomes[i]!;
        if ('records' in outcome) call.resolve(outcome.records);
        else call.reject(outcome.refusal);
      });
      // What a failure leaves there belongs to no record any more, and `release` removes it.
      for (const object of added?.rows.freed ?? []) await this.#remove(object).catch(() => {});
    } catch (error) {
      for (const call of batch) call.reject(error);
    }
  }

  async #remove(object: Uint8Array): Promise<void> {
    await this.#storage.whileUnused(object, () => this.#options.objects.remove(hexOf(object)));
  }

  /** The records are durable already: a failure here must not look like theirs, and keeps the next commit from happening. */
  #publishCommitted(checkpoint: SignedCheckpoint): void {
    try {
      this.publish(checkpoint);
    } catch {
      // Tried again, and told, by the next commit.
    }
  }

  /** A redaction in another process may have removed an object between its storing and the commit that names it. */
  async #keepObjects(drafts: readonly PreparedDraft[]): Promise<void> {
    for (const { body, note } of drafts) {
      for (const sealed of [body, note]) {
        if (sealed?.object === undefined || (await this.#options.objects.has(hexOf(sealed.object)))) continue;
        await this.#options.objects.put(sealed.bytes);
      }
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

  async #checkKnown(size: number): Promise<void> {
    const known = await this.size();
    if (size <= known) return;
    throw new AssayError('ASSAY_PROOF_RANGE', `the ledger has ${known} records, not ${size}`);
  }

  get #open(): Storage {
    this.#checkOpen();
    return this.#storage;
  }

  #checkOpen(): void {
    if (this.#closed) throw new AssayError('ASSAY_RECORDS_CLOSED', 'the ledger was closed');
  }
}
