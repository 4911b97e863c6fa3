import type { Draft, SealedRecord } from './record.ts';

export interface ListQuery {
  readonly kind?: string;
  readonly id?: string;
  /** Only records with an index below this one; newest first. */
  readonly before?: number;
  readonly limit?: number;
}

/** Where records live. One contract for every backend; everything sealed through it is durable when the promise resolves. */
export interface RecordStore {
  /**
   * Seals drafts in order, all or none, in one transaction; concurrent calls share a commit and a checkpoint (group commit).
   * Idempotent on (kind, id, revision): the same content again answers with the record that is there.
   * @throws AssayError `ASSAY_RECORD_CONFLICT` when another content holds that revision, `ASSAY_OBJECT_MISSING` when a `stored`
   * artifact is gone.
   */
  append(drafts: readonly Draft[]): Promise<readonly SealedRecord[]>;
  /** By full hex leaf hash. */
  get(hash: string): Promise<SealedRecord | undefined>;
  /** By index in the ledger. */
  at(index: number): Promise<SealedRecord | undefined>;
  /** Every hash that begins with this hex prefix, at most `limit`. */
  withPrefix(prefix: string, limit: number): Promise<readonly string[]>;
  latest(kind: string, id: string): Promise<SealedRecord | undefined>;
  /** Revisions of one id, oldest first. */
  history(kind: string, id: string): Promise<readonly SealedRecord[]>;
  list(query: ListQuery): Promise<readonly SealedRecord[]>;
  /** Records that name this ref (`record:…` or `sha256:…`) as a parent or, for `sha256:`, as an artifact. */
  children(ref: string): Promise<readonly SealedRecord[]>;
  /** The sealed bytes of a body or a note; undefined when redacted. Checked against the digest. */
  body(sealed: {
    readonly digest: string;
  }): Promise<{ readonly bytes: Uint8Array; readonly salt: Uint8Array } | undefined>;
  /**
   * Removes the artifacts of a redacted record that no other record names: what a process that was killed after the redaction
   * left. Does nothing for a record that was not redacted.
   */
  release(hash: string): Promise<void>;
  /** Runs `work` unless a body, or a record that has its body, names the object, while no other process can commit. */
  whileUnused(sha256: string, work: () => void): Promise<void>;
  /** The newest signed note, or undefined while the ledger is empty. */
  checkpoint(): Promise<string | undefined>;
  size(): Promise<number>;
  /** Raw entries `[start, end)`. */
  entries(start: number, end: number): AsyncIterable<SealedRecord>;
  /**
   * The root of the complete subtree over leaves [position·2^level, (position+1)·2^level).
   * @throws AssayError `ASSAY_PROOF_RANGE` when the ledger has not all of them
   */
  subtree(level: number, position: number): Promise<Uint8Array>;
  /** RFC 6962 audit path of the leaf at `index` in the tree of `size`. */
  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]>;
  consistencyProof(oldSize: number, size: number): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}
