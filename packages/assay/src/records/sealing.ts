import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import { buildEntry, type PreparedDraft, type SealedBytes, sameContent } from './draft.ts';
import { hexOf, nodeEd25519, nodeHasher } from './hashing.ts';
import { readHead, type SignedCheckpoint } from './head.ts';
import { linksOf } from './link.ts';
import { parseVkey, type Verifier } from './proof/index.ts';
import type { Draft, LedgerRecord, Sealed, SealedRecord } from './record.ts';
import { checkIsPresent, type Signer, signCheckpoint } from './signer.ts';
import type { BodyRow, Calls, LinkRow, NewRows, NodeRow, Snapshot } from './storage.ts';

/** What became of one `append`: its records, or why it was refused. */
type Outcome = { readonly records: readonly SealedRecord[] } | { readonly refusal: AssayError };

export interface SealedBatch {
  readonly outcomes: readonly Outcome[];
  /** What is to be written; undefined when nothing is added. */
  readonly added: { readonly rows: NewRows; readonly checkpoint: SignedCheckpoint } | undefined;
}

export interface SealerOptions {
  readonly signer: Signer;
  /** The id that goes into `by`; asked for only when something is added, as `signer` is. */
  readonly actor: string;
  readonly clock: () => Date;
  readonly objects: Pick<ObjectStore, 'isThere'>;
}

/** The parent by which a `redacted` record names a record whose body, note and artifacts go. */
export const REDACTS = 'redacts';

/** Makes what seals calls on top of a snapshot. */
export function sealer(options: SealerOptions): (snapshot: Snapshot, calls: Calls) => SealedBatch {
  const verifier = parseVkey(options.signer.vkey, nodeEd25519);
  return (snapshot, calls) => new Batch(snapshot, options).seal(calls, verifier);
}

/** SHA-256 of the artifacts that go with a redacted record; directories stay, since other records' may share their files. */
export function objectsOf({ artifacts }: LedgerRecord): Uint8Array[] {
  return artifacts.filter(({ md5 }) => !md5.endsWith('.dir')).map(({ sha256 }) => Buffer.from(sha256, 'hex'));
}

interface NewRecord {
  readonly prepared: PreparedDraft;
  readonly record: LedgerRecord;
  readonly entry: Buffer;
  readonly redacts: readonly SealedRecord[];
}

type Step = NewRecord | { readonly found: SealedRecord };

/** One commit in the making: a snapshot, and what was added to it so far. */
class Batch {
  readonly #snapshot: Snapshot;
  readonly #options: SealerOptions;
  readonly #at: string;
  readonly #start: number;
  readonly #records: SealedRecord[] = [];
  readonly #bodies: BodyRow[] = [];
  readonly #links: LinkRow[] = [];
  /** Slots, with the objects that hold their bytes. */
  readonly #redacted = new Map<number, Uint8Array | undefined>();
  /** Objects that records named whose content goes. */
  readonly #unnamed: Uint8Array[] = [];
  /** What this batch adds, as the snapshot would answer. */
  readonly #byRevision = new Map<string, SealedRecord>();
  readonly #last = new Map<string, number>();
  readonly #salts = new Map<string, Uint8Array>();

  constructor(snapshot: Snapshot, options: SealerOptions) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.#at = options.clock().toISOString();
    this.#start = snapshot.size;
  }

  seal(calls: Calls, verifier: Verifier): SealedBatch {
    const { frontier, signatures } = readHead(this.#snapshot);
    const outcomes = calls.map((drafts): Outcome => {
      try {
        // All of a call is found out before anything of it is added.
        const plan = this.#plan(drafts);
        return { records: plan.map((step) => ('found' in step ? step.found : this.#add(step))) };
      } catch (error) {
        // A refused call added nothing; anything else undoes the whole batch.
        if (error instanceof AssayError && error.code !== 'ASSAY_LEDGER_DAMAGED') return { refusal: error };
        throw error;
      }
    });
    if (this.#records.length === 0) return { outcomes, added: undefined };
    checkIsPresent(verifier, signatures);
    const nodes: NodeRow[] = [];
    for (const { hash } of this.#records) {
      frontier.add(Buffer.from(hash, 'hex'), (level, position, node) => nodes.push({ level, position, hash: node }));
    }
    const { signer } = this.#options;
    const signed = { origin: signer.name, size: frontier.size, root: frontier.root() };
    const note = signCheckpoint(signed, signer, verifier);
    const rows: NewRows = {
      start: this.#start,
      records: this.#records,
      bodies: this.#bodies,
      links: this.#links,
      nodes,
      checkpoint: { size: signed.size, note },
      redacted: [...this.#redacted.keys()],
      freed: [...this.#redacted.values(), ...this.#unnamed].filter((object) => object !== undefined),
    };
    return { outcomes, added: { rows, checkpoint: { ...signed, note } } };
  }

  #plan(drafts: readonly PreparedDraft[]): Step[] {
    const pending = new Map<string, number>();
    return drafts.map((prepared): Step => {
      const { draft } = prepared;
      const name = `${draft.kind}/${draft.id}`;
      const stored = this.#last.get(name) ?? this.#snapshot.lastRevision(draft.kind, draft.id);
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
      if (draft.stored === true) this.#checkStored(name, draft);
      const redacts: SealedRecord[] = [];
      for (const { role, ref } of draft.parents ?? []) {
        if (!ref.startsWith('record:')) continue;
        const parent = this.#parent(name, ref);
        if (draft.event === 'redacted' && role === REDACTS) redacts.push(parent);
      }
      pending.set(name, revision);
      return { prepared, redacts, ...buildEntry(prepared, revision, this.#at, this.#options.actor) };
    });
  }

  #found({ draft }: PreparedDraft, revision: number, stored: number): SealedRecord {
    const { kind, id } = draft;
    const there =
      revision > stored
        ? undefined
        : (this.#byRevision.get(`${kind}/${id}/${revision}`) ?? this.#snapshot.revision(kind, id, revision));
    const salted = ({ digest }: { digest: string }) => {
      const salt = this.#salts.get(digest);
      return salt ? { salt } : this.#snapshot.body(Buffer.from(digest, 'hex'));
    };
    if (there !== undefined && sameContent(draft, there.record, salted)) return there;
    throw new AssayError('ASSAY_RECORD_CONFLICT', `${kind}/${id} has another revision ${revision} already`, {
      hint: 'Someone was first: read the newest revision again, and build on it.',
    });
  }

  /** Whoever removes objects looks, under the same lock, whether a record names them: so none is gone after this. */
  #checkStored(name: string, { artifacts = [] }: Draft): void {
    const gone = artifacts.find(({ sha256, kept }) => kept === undefined && !this.#options.objects.isThere(sha256));
    if (gone === undefined) return;
    throw new AssayError('ASSAY_OBJECT_MISSING', `${name} names ${gone.name}, whose bytes were removed meanwhile`, {
      hint: 'Give the file again.',
    });
  }

  #parent(name: string, ref: string): SealedRecord {
    const hash = ref.slice('record:'.length);
    // One of this batch nobody can name yet.
    const parent = this.#snapshot.byHash(Buffer.from(hash, 'hex'));
    if (parent !== undefined) return parent;
    throw new AssayError(
      'ASSAY_RECORD_PARENT_UNKNOWN',
      `${name} names the parent ${ref}, which is not in this ledger`,
      {
        hint: 'Seal the parent first, and name it by the hash that sealing answers with.',
      },
    );
  }

  #add({ prepared, record, entry, redacts }: NewRecord): SealedRecord {
    const index = this.#start + this.#records.length;
    const sealed = { index, hash: hexOf(nodeHasher.leaf(entry)), entry, record };
    this.#records.push(sealed);
    this.#addBytes(2 * index, prepared.body);
    if (prepared.note) this.#addBytes(2 * index + 1, prepared.note);
    const seen = new Set<string>();
    for (const { target, type } of linksOf(record)) {
      const key = `${type} ${hexOf(target)}`;
      if (!seen.has(key)) this.#links.push({ target, type, index });
      seen.add(key);
    }
    for (const { index: other, record: gone } of redacts) {
      this.#redact(2 * other, gone.body);
      if (gone.note) this.#redact(2 * other + 1, gone.note);
      this.#unnamed.push(...objectsOf(gone));
    }
    const { kind, id, revision } = record;
    this.#last.set(`${kind}/${id}`, revision);
    this.#byRevision.set(`${kind}/${id}/${revision}`, sealed);
    return sealed;
  }

  #redact(slot: number, { digest }: Sealed): void {
    const stored = this.#snapshot.body(Buffer.from(digest, 'hex'));
    if (stored) this.#redacted.set(slot, stored.object);
  }

  #addBytes(slot: number, { sealed, digest, salt, bytes, object }: SealedBytes): void {
    this.#bodies.push({ slot, digest, salt, bytes: object === undefined ? bytes : undefined, object });
    this.#salts.set(sealed.digest, salt);
  }
}
