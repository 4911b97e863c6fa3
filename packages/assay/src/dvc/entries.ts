import type { Value } from './value.ts';

/** What names the bytes of a dependency or an output. */
export interface Checksum {
  /**
   * `md5` of the bytes (DVC 3); `md5-dos2unix`, of the text with CRLF as LF (DVC 2; such an entry has no `hash:` field);
   * `etag` and `checksum` of files in the cloud.
   */
  readonly kind: 'md5' | 'md5-dos2unix' | 'etag' | 'checksum';
  /** A directory's ends in `.dir`. */
  readonly value: string;
}

/** What was found in a file or folder; DVC's `size`, `nfiles` and `isexec`. */
interface EntryContent {
  readonly checksum: Checksum | undefined;
  /** `hash: md5` stands there, whatever the checksum: it will be one of DVC 3, or is one of the cloud in a file of DVC 3. */
  readonly hashNamed?: true;
  readonly size?: number;
  /** Only of a directory. */
  readonly nfiles?: number;
  readonly isexec?: true;
}

/** An output of a `.dvc` file, of a stage, or of a lock entry. */
export interface OutEntry extends EntryContent {
  /** As written in the file: relative to the stage's working folder, absolute, or a URL. */
  readonly path: string;
  /** Not in the cache, but in git or nowhere: `cache: false`. */
  readonly cache: boolean;
  readonly persist: boolean;
  /** `push: false` keeps it from remotes. */
  readonly push: boolean;
  /** Only this remote. */
  readonly remote?: string;
  readonly metric: boolean | { readonly [key: string]: Value };
  readonly plot: boolean | { readonly [key: string]: Value };
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  readonly meta?: { readonly [key: string]: Value };
  readonly versionId?: string;
  /** Of version-aware remotes, by the remote's name. */
  readonly cloud?: { readonly [remote: string]: Value };
  /** Of version-aware remotes: the files of a directory, each with its place in the cloud. */
  readonly files?: readonly Value[];
  readonly fsConfig?: { readonly [key: string]: Value };
}

/** A dependency of a `.dvc` file, of a stage, or of a lock entry. */
export interface DepEntry extends EntryContent {
  readonly path: string;
  /** Of an import from another repository. */
  readonly repo?: {
    readonly url: string;
    readonly rev?: string;
    readonly revLock?: string;
    readonly config?: Value;
    readonly remote?: Value;
  };
  readonly db?: { readonly [key: string]: Value };
  readonly versionId?: string;
  readonly files?: readonly Value[];
  readonly fsConfig?: { readonly [key: string]: Value };
}

/** A `.dvc` file: one output that is tracked, added or imported. */
export interface DataFile {
  readonly md5?: string;
  readonly desc?: string;
  readonly cmd?: string;
  readonly wdir: string;
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  readonly deps: readonly DepEntry[];
  readonly outs: readonly OutEntry[];
  readonly meta?: { readonly [key: string]: Value };
}

/** A stage in `dvc.lock`. */
export interface LockedStage {
  readonly cmd: string | readonly string[];
  /** Sorted by path. */
  readonly deps: readonly DepEntry[];
  /** By file, then by parameter. */
  readonly params: { readonly [file: string]: { readonly [key: string]: Value } };
  /** Sorted by path. */
  readonly outs: readonly OutEntry[];
}
