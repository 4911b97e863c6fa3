import type { LedgerRecord } from './record.ts';
import type { BodyRow, LinkRow, NodeRow, StoredCheckpoint } from './storage.ts';

/** A stored record: its entry, and the columns that say again what the entry says. */
export interface RecordRow {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly kind: string;
  readonly id: string;
  readonly revision: number;
  readonly entry: Uint8Array;
  /** The entry once more, a character for each byte, from a storage that reads it more quickly so; ASCII, or left out. */
  readonly text?: string | undefined;
}

/** Compares an index of hashes and digests with the records, which it is told of in their order. */
export interface NameIndexCheck {
  /** @param record undefined when its entry cannot be trusted */
  add(index: number, hash: Uint8Array, record: LedgerRecord | undefined): void;
  problems(): readonly string[];
}

/**
 * A ledger's rows, as verification reads them: ranges in the order of their keys, so that a whole ledger is read by scans, a
 * page at a time. All of one state (a read transaction, or what lies below the size that was read first).
 */
export interface LedgerRows {
  count(table: 'record' | 'node' | 'body' | 'link' | 'checkpoint'): Promise<number>;
  /** Those of an index above `after`, by index. */
  records(after: number, limit: number): Promise<readonly RecordRow[]>;
  /** Those of a level with a position in [from, to), by position. */
  nodes(level: number, from: number, to: number): Promise<readonly Omit<NodeRow, 'level'>[]>;
  /** Those with a slot in [from, to), by slot. */
  bodies(from: number, to: number): Promise<readonly BodyRow[]>;
  /** Those of a size in [from, to), by size. */
  checkpoints(from: number, to: number): Promise<readonly StoredCheckpoint[]>;
  /** Those after this one, by target, type and index; from the first when undefined. */
  links(after: LinkRow | undefined, limit: number): Promise<readonly LinkRow[]>;
  /** Which of these links are there; asked for only when the sums of links differ. */
  haveLinks(links: readonly LinkRow[]): Promise<readonly boolean[]>;
  /** The index of each of these revisions; undefined where there is none. */
  indexesOfRevisions(
    revisions: readonly { readonly kind: string; readonly id: string; readonly revision: number }[],
  ): Promise<readonly (number | undefined)[]>;
  /** The index of the record with each of these leaf hashes; undefined where there is none. */
  indexesOfHashes(hashes: readonly Uint8Array[]): Promise<readonly (number | undefined)[]>;
  /** Of a storage that keeps an index of names by itself. */
  names?(size: number): NameIndexCheck;
  /** The size of the newest checkpoint (0: none), and how many there are of no size that a ledger can have. */
  checkpointSizes(): Promise<{ readonly newest: number; readonly impossible: number }>;
}
