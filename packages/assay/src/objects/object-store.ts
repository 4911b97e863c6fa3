import type { Readable } from 'node:stream';

/** Both names of the same bytes, and how many they are. */
export interface Hashes {
  /** Hex. DVC's name; not to be trusted against a forger. */
  readonly md5: string;
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
}

/** Objects being written; each is in the store, and durable, when the batch's promise has resolved. */
export interface ObjectBatch {
  put(bytes: Uint8Array): Promise<Hashes>;
  /** Copies a file. */
  putFile(path: string): Promise<Hashes>;
}

/** Bytes by their hash. `hash` is hex in the store's own algorithm. */
export interface ObjectStore {
  readonly algorithm: 'sha256' | 'md5';
  has(hash: string): Promise<boolean>;
  size(hash: string): Promise<number | undefined>;
  /**
   * The bytes, hashed again.
   * @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`
   */
  read(hash: string): Promise<Uint8Array>;
  /** The bytes as they come; the stream fails at its end with `ASSAY_OBJECT_DAMAGED` when they were not the object's. */
  stream(hash: string): Readable;
  put(bytes: Uint8Array): Promise<Hashes>;
  /** As `has`, of this very moment. Synchronous, as `remove` is. */
  isThere(hash: string): boolean;
  /** Removes an object that nobody needs any more. Synchronous, so that a lock of the caller's can be held meanwhile. */
  remove(hash: string): void;
  /** Writes many objects with one sync for all: either the promise resolves and all are durable, or it rejects. */
  batch<T>(work: (batch: ObjectBatch) => Promise<T>): Promise<T>;
}
