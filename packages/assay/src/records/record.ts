/** The record: a fact about objects and other records, sealed in the ledger as canonical JSON (RFC 8785). */

/** Bytes that a record vouches for without containing them. */
export interface Sealed {
  readonly mediaType: string;
  /** Hex SHA-256 over `salt ‖ bytes`; the 16 random bytes of salt are kept, and deleted, with the bytes. */
  readonly digest: string;
  /** Of the bytes, without the salt. */
  readonly size: number;
}

export interface Artifact {
  readonly name: string;
  /** Hex. Kept because DVC and older tools use it; only `sha256` is trusted. */
  readonly md5: string;
  readonly sha256: string;
  readonly size: number;
  /** Who keeps its bytes, when it is not the project's own store: DVC, in its cache or in git, for as long as its users want. */
  readonly kept?: 'dvc';
}

export interface Parent {
  readonly role: string;
  /** `record:<hex leaf hash>` or `sha256:<hex>`. */
  readonly ref: string;
}

type RecordEvent = 'created' | 'updated' | 'rolled-back' | 'retired' | 'redacted';

export interface LedgerRecord {
  readonly v: 1;
  readonly kind: string;
  /** Stable within its kind. */
  readonly id: string;
  /** Dense within (kind, id), from 1: the compare-and-set key. */
  readonly revision: number;
  /** `M:m:p`, a person's name for the content. */
  readonly version: string;
  readonly event: RecordEvent;
  /** RFC 3339 UTC. A claim; the order is the ledger's index. */
  readonly at: string;
  /** An actor's id, never a name or an address. */
  readonly by: string;
  readonly note?: Sealed;
  readonly body: Sealed;
  readonly artifacts: readonly Artifact[];
  readonly parents: readonly Parent[];
}

/** What a caller asks to have sealed. */
export interface Draft {
  readonly kind: string;
  readonly id: string;
  /** Expected revision. Left out: the next one, whatever it is. */
  readonly revision?: number;
  readonly version: string;
  readonly event: RecordEvent;
  readonly body: { readonly mediaType: string; readonly bytes: Uint8Array };
  readonly note?: string;
  readonly artifacts?: readonly Artifact[];
  /** Its artifacts must lie in the ledger's object store at the moment of the commit: else it is refused. */
  readonly stored?: boolean;
  readonly parents?: readonly Parent[];
}

/** A record in its place in the ledger. */
export interface SealedRecord {
  readonly index: number;
  /** Hex RFC 6962 leaf hash of `entry`: the record's name. */
  readonly hash: string;
  /** The canonical JSON, as sealed. */
  readonly entry: Uint8Array;
  readonly record: LedgerRecord;
}
