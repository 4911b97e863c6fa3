import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AssayError } from '../errors.ts';
import { buildEntry, type PreparedDraft, type SealedBytes, sameContent } from './draft.ts';
import { nodeEd25519, nodeHasher } from './hashing.ts';
import { equalBytes, type Frontier, parseVkey, type Verifier } from './proof/index.ts';
import type { LedgerRecord, SealedRecord } from './record.ts';
import { type Signer, signCheckpoint } from './signer.ts';
import { damagedLedger, readHead, type SignedCheckpoint } from './sqlite-head.ts';
import { LINK, type SqliteReader } from './sqlite-reader.ts';

/** What became of one `append`: its records, or why it was refused. */
type Outcome = { readonly records: readonly SealedRecord[] } | { readonly refusal: AssayError };

export interface SealedBatch {
  readonly outcomes: readonly Outcome[];
  /** Undefined when nothing was added. */
  readonly checkpoint: SignedCheckpoint | undefined;
}

export interface SealerOptions {
  readonly signer: Signer;
  /** The id that goes into `by`; asked for only when something is added, as `signer` is. */
  readonly actor: string;
  readonly clock: () => Date;
}

/**
 * Adds records to the ledger's tables. `seal` runs inside a write transaction, and knows nothing from an earlier one: another
 * process may have added records since.
 */
export class SqliteSealer {
  readonly #reader: SqliteReader;
  readonly #options: SealerOptions;
  readonly #verifier: Verifier;
  readonly #insertRecord: StatementSync;
  readonly #insertBody: StatementSync;
  readonly #insertLink: StatementSync;
  readonly #insertNode: StatementSync;
  readonly #insertCheckpoint: StatementSync;

  constructor(database: DatabaseSync, reader: SqliteReader, options: SealerOptions) {
    this.#reader = reader;
    this.#options = options;
    this.#verifier = parseVkey(options.signer.vkey, nodeEd25519);
    this.#insertRecord = database.prepare(
      'INSERT INTO record (idx, hash, kind, id, revision, entry) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#insertBody = database.prepare('INSERT INTO body (slot, digest, salt, bytes, object) VALUES (?, ?, ?, ?, ?)');
    this.#insertLink = database.prepare('INSERT OR IGNORE INTO link (target, type, idx) VALUES (?, ?, ?)');
    this.#insertNode = database.prepare('INSERT INTO node (level, position, hash) VALUES (?, ?, ?)');
    this.#insertCheckpoint = database.prepare('INSERT INTO checkpoint (size, note) VALUES (?, ?)');
  }

  seal(calls: readonly (readonly PreparedDraft[])[]): SealedBatch {
    const { frontier } = readHead(this.#reader);
    const start = frontier.size;
    const at = this.#options.clock().toISOString();
    let size = start;
    const outcomes = calls.map((drafts): Outcome => {
      try {
        const plan = this.#plan(drafts, at);
        const records = plan.map((step) => ('found' in step ? step.found : this.#insert(step, size++)));
        return { records };
      } catch (error) {
        // A refused call wrote nothing; anything else undoes the whole batch.
        if (error instanceof AssayError && error.code !== 'ASSAY_LEDGER_DAMAGED') return { refusal: error };
        throw error;
      }
    });
    if (size === start) return { outcomes, checkpoint: undefined };
    this.#grow(frontier, size);
    const { signer } = this.#options;
    const checkpoint = { origin: signer.name, size, root: frontier.root() };
    const note = signCheckpoint(checkpoint, signer, this.#verifier);
    this.#insertCheckpoint.run(size, note);
    return { outcomes, checkpoint: { ...checkpoint, note } };
  }

  /** What a call would do, found out before anything of it is written. */
  #plan(drafts: readonly PreparedDraft[], at: string): Step[] {
    const pending = new Map<string, number>();
    return drafts.map((prepared): Step => {
      const { draft } = prepared;
      const name = `${draft.kind}/${draft.id}`;
      const stored = this.#reader.lastRevision(draft.kind, draft.id);
      const last = pending.get(name) ?? stored;
      const revision = draft.revision ?? last + 1;
      if (revision <= last) return { found: this.#found(prepared, revision, stored) };
      if (revision > last + 1) {
        throw new AssayError(
          'ASSAY_RECORD_CONFLICT',
          `${name} has ${last} revisions; revision ${revision} cannot follow`,
          {
            hint: 'Read the newest revision again, and build on it.',
          },
        );
      }
      for (const { ref } of draft.parents ?? []) this.#checkParent(name, ref);
      pending.set(name, revision);
      return { prepared, ...buildEntry(prepared, revision, at, this.#options.actor) };
    });
  }

  #found({ draft }: PreparedDraft, revision: number, stored: number): SealedRecord {
    const there = revision <= stored ? this.#reader.revision(draft.kind, draft.id, revision) : undefined;
    const salted = ({ digest }: { digest: string }) => {
      const salt = this.#reader.salt(Buffer.from(digest, 'hex'));
      return salt && { salt };
    };
    if (there !== undefined && sameContent(draft, there.record, salted)) return there;
    throw new AssayError(
      'ASSAY_RECORD_CONFLICT',
      `${draft.kind}/${draft.id} has another revision ${revision} already`,
      {
        hint: 'Someone was first: read the newest revision again, and build on it.',
      },
    );
  }

  #checkParent(name: string, ref: string): void {
    if (!ref.startsWith('record:')) return;
    if (this.#reader.indexOf(Buffer.from(ref.slice('record:'.length), 'hex')) !== undefined) return;
    throw new AssayError(
      'ASSAY_RECORD_PARENT_UNKNOWN',
      `${name} names the parent ${ref}, which is not in this ledger`,
      {
        hint: 'Seal the parent first, and name it by the hash that sealing answers with.',
      },
    );
  }

  #insert({ prepared, record, entry }: NewRecord, index: number): SealedRecord {
    const hash = nodeHasher.leaf(entry);
    this.#insertRecord.run(index, hash, record.kind, record.id, record.revision, entry);
    this.#insertBytes(2 * index, prepared.body);
    if (prepared.note) this.#insertBytes(2 * index + 1, prepared.note);
    for (const { target, type } of linksOf(record)) this.#insertLink.run(target, type, index);
    return { index, hash: Buffer.from(hash).toString('hex'), entry, record };
  }

  #insertBytes(slot: number, { digest, salt, bytes, object }: SealedBytes): void {
    this.#insertBody.run(slot, digest, salt, object === undefined ? bytes : null, object ?? null);
  }

  /** Takes the new leaves into the tree, from the bytes as they are stored: what is signed is what can be read. */
  #grow(frontier: Frontier, size: number): void {
    for (const { entry, hash, index } of this.#reader.entriesFrom(frontier.size)) {
      const leaf = nodeHasher.leaf(entry);
      if (!equalBytes(leaf, hash)) throw damagedLedger(`record ${index} was stored as other bytes than were given`);
      frontier.add(leaf, (level, position, node) => this.#insertNode.run(level, position, node));
    }
    if (frontier.size !== size) throw damagedLedger(`${size - frontier.size} records of the batch are not there`);
  }
}

interface NewRecord {
  readonly prepared: PreparedDraft;
  readonly record: LedgerRecord;
  readonly entry: Buffer;
}

type Step = NewRecord | { readonly found: SealedRecord };

/** What a record names, as rows of the `link` table. */
export function linksOf(record: LedgerRecord): { readonly target: Uint8Array; readonly type: number }[] {
  const links = record.parents.map(({ ref }): { target: Uint8Array; type: number } => {
    const type = ref.startsWith('record:') ? LINK.parentRecord : LINK.parentObject;
    return { target: Buffer.from(ref.slice(ref.indexOf(':') + 1), 'hex'), type };
  });
  for (const { sha256 } of record.artifacts) links.push({ target: Buffer.from(sha256, 'hex'), type: LINK.artifact });
  return links;
}
