/** An object's place in a remote: DVC's layout, `files/md5/ab/cdef…`, or `ab/cdef…` of DVC 2. Never leads out of the remote. */
export type RemoteKey = string;

export interface TransferWatch {
  readonly signal?: AbortSignal | undefined;
  /** Told of bytes as they go over the wire, of each piece its length. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

export interface ListedObject {
  readonly key: RemoteKey;
  /** In bytes, where the remote says it. */
  readonly size: number | undefined;
  /** Where a listing tells it; without quotes. */
  readonly etag?: string;
}

/** What a file there is known by, without its bytes being read. */
export interface RemoteFile {
  readonly size: number | undefined;
  /** As DVC writes it into a dependency. */
  readonly checksum: { readonly kind: 'etag' | 'checksum'; readonly value: string };
}

/** Where bytes are kept beside the cache. Each method is one request, or one file; what runs side by side is the caller's choice. */
export interface Remote {
  readonly name: string;
  /** As configured, without secrets. */
  readonly url: string;
  /** How many transfers side by side are worth it. */
  readonly parallel: number;
  /** Which of the keys there are. */
  existing(keys: readonly RemoteKey[], watch?: TransferWatch): Promise<ReadonlySet<RemoteKey>>;
  /** Every key that begins with a prefix. */
  list(prefix: string, watch?: TransferWatch): AsyncIterable<ListedObject>;
  /** Undefined where there is no such file. Not every kind of remote can tell. */
  describe?(key: RemoteKey, watch?: TransferWatch): Promise<RemoteFile | undefined>;
  /**
   * Writes an object into a file, which is not there yet, or goes on with what a broken-off download left in it.
   * @throws AssayError `ASSAY_REMOTE_MISSING` when the remote does not have it
   */
  download(key: RemoteKey, file: string, watch?: TransferWatch): Promise<void>;
  /** Copies a file; the object is whole under its key, or not there. */
  upload(file: string, key: RemoteKey, watch?: TransferWatch): Promise<void>;
  /** Removes objects; those that are not there are no failure. */
  remove(keys: readonly RemoteKey[]): Promise<void>;
  /** Makes durable what was uploaded, where that is for us to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A remote's settings, as DVC's config has them. */
export type RemoteSettings = Readonly<Record<string, string>>;

/** What a remote may ask of its surroundings. */
export interface RemoteSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Asks the person for a secret that is not shown while it is typed; undefined where there is nobody to ask. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
}
