import type { PreparedDraft } from './draft.ts';
import type { SealedRecord } from './record.ts';
import type { SealedBatch } from './sealing.ts';
import type { ListQuery } from './store.ts';

/** The ledger as a commit finds it: what sealing may ask. Nothing of it may be known from an earlier commit. */
export interface Snapshot {
  readonly size: number;
  /** The newest signed note, and the size that its row says. */
  readonly checkpoint: StoredCheckpoint | undefined;
  /** The root of a complete subtree; the leaf's hash at level 0. @throws AssayError `ASSAY_LEDGER_DAMAGED` */
  node(level: number, position: number): Uint8Array;
  /** 0 when there is none. */
  lastRevision(kind: string, id: string): number;
  revision(kind: string, id: string, revision: number): SealedRecord | undefined;
  byHash(hash: Uint8Array): SealedRecord | undefined;
  /** A body or a note that is still there. */
  body(digest: Uint8Array): Pick<BodyRow, 'salt' | 'object'> | undefined;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** What one commit writes: all of it, or nothing. */
export interface NewRows {
  /** The size before: the index of the first new record. */
  readonly start: number;
  readonly records: readonly SealedRecord[];
  readonly bodies: readonly BodyRow[];
  readonly links: readonly LinkRow[];
  /** Roots of subtrees that are complete now, level 1 and up. */
  readonly nodes: readonly NodeRow[];
  readonly checkpoint: StoredCheckpoint;
  /** Slots whose bodies and notes are taken away; some may be gone already. */
  readonly redacted: readonly number[];
  /** SHA-256 of the objects that held some of them, or were their records' artifacts. */
  readonly freed: readonly Uint8Array[];
}

/** Sealed bytes: `bytes` itself, or the SHA-256 of the object that holds them. */
export interface BodyRow {
  /** 2·index of a record's body, 2·index + 1 of its note. */
  readonly slot: number;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array | undefined;
  readonly object: Uint8Array | undefined;
}

export interface LinkRow {
  readonly target: Uint8Array;
  readonly type: number;
  readonly index: number;
}

export interface NodeRow {
  readonly level: number;
  readonly position: number;
  readonly hash: Uint8Array;
}

export type Calls = readonly (readonly PreparedDraft[])[];
/** Seals the calls on top of a snapshot. Synchronous, and without effects outside of its answer. */
export type Seal = (snapshot: Snapshot) => SealedBatch;

/**
 * Where a ledger's rows lie. It knows how to keep them, and nothing of signatures or trees.
 *
 * Errors of the medium come as AssayErrors that say what to do.
 */
export interface Storage {
  /**
   * Reads the snapshot that `calls` need, seals, and writes the rows: durable, and as one step that no other process comes
   * between. When it fails, nothing was kept, or `seal` finds it there when the same calls are tried again.
   */
  commit(calls: Calls, seal: Seal): Promise<SealedBatch>;
  /** The number of records and the newest checkpoint, of one moment. */
  head(): Promise<{ readonly size: number; readonly checkpoint: StoredCheckpoint | undefined }>;
  /** As `Snapshot.node`, for several. */
  nodes(places: readonly Omit<NodeRow, 'hash'>[]): Promise<readonly Uint8Array[]>;
  at(index: number): Promise<SealedRecord | undefined>;
  byHash(hash: Uint8Array): Promise<SealedRecord | undefined>;
  /** Hashes in hex, in order, both ends in. */
  hashesBetween(first: Uint8Array, last: Uint8Array, limit: number): Promise<readonly string[]>;
  latest(kind: string, id: string): Promise<SealedRecord | undefined>;
  history(kind: string, id: string): Promise<readonly SealedRecord[]>;
  list(query: ListQuery): Promise<readonly SealedRecord[]>;
  /** Records `[start, end)`. */
  range(start: number, end: number): Promise<readonly SealedRecord[]>;
  /** Records that link to a target by one of these types, in order. */
  linked(target: Uint8Array, types: readonly number[]): Promise<readonly SealedRecord[]>;
  body(digest: Uint8Array): Promise<Omit<BodyRow, 'slot' | 'digest'> | undefined>;
  /** Runs `remove` unless a body, or a record that has its body, names the object, while no other process can commit. */
  whileUnused(object: Uint8Array, remove: () => void): Promise<void>;
  close(): Promise<void>;
}
