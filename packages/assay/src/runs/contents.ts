import { chmod, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import {
  addPath,
  checkout,
  type DirectoryFile,
  type FileObjectStore,
  formatManifest,
  type Hashes,
  hashBytes,
  hashPath,
  type LinkedFolders,
  parseManifest,
  readDirectory,
  type Content as StoredContent,
} from '../objects/index.ts';

/** A file or a folder by its bytes. */
export interface Content {
  readonly kind: 'file' | 'directory';
  /** Of the file, or of the folder's manifest: the object that stands for it. */
  readonly sha256: string;
  readonly md5: string;
  readonly objectSize: number;
  /** Bytes in all, and how many files. */
  readonly size: number;
  readonly files: number;
}

/** What lies in the checkout, by its bytes, and its safe copies in the project's own store. */
export class Contents {
  readonly #store: FileObjectStore;

  /** `store` is the SHA-256 store. */
  constructor(store: FileObjectStore) {
    this.#store = store;
  }

  /** Undefined when nothing is there. Files that did not change since they were last hashed are not read. */
  async describe(path: string, linkedFolders: LinkedFolders = 'left-out'): Promise<Content | undefined> {
    try {
      if ((await stat(path)).isFile()) return toContent({ type: 'file', ...(await this.#store.index.hashesOf(path)) });
      return toContent(await hashPath(path, this.#store.index, linkedFolders));
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  /** Stores what lies at the paths, durably, in one batch; answers in their order, with the files of folders. */
  async keep(
    paths: readonly string[],
  ): Promise<readonly { readonly content: Content; readonly files: readonly DirectoryFile[] }[]> {
    return this.#store.batch(async (batch) => {
      const kept: { content: Content; files: readonly DirectoryFile[] }[] = [];
      for (const path of paths) {
        const stored = await addPath(this.#store, batch, path);
        kept.push({ content: toContent(stored), files: stored.type === 'directory' ? stored.files : [] });
      }
      return kept;
    });
  }

  /** Stores the manifest of a folder, not its files: enough to say later which of them changed. */
  async keepListing(path: string): Promise<void> {
    const content = await hashPath(path, this.#store.index);
    if (content.type === 'directory') await this.#store.put(formatManifest(content.files));
  }

  put(bytes: Uint8Array): Promise<Hashes> {
    return this.#store.put(bytes);
  }

  /** What keeps the store from giving it back, for a person; undefined when all its bytes are there, and right. */
  async lacking(
    content: Pick<Content, 'kind' | 'sha256'>,
  ): Promise<'is not in the store' | 'is damaged in the store' | undefined> {
    try {
      await this.#store.check(content.sha256);
      if (content.kind === 'file') return undefined;
      for (const { hash } of await readDirectory(this.#store, content.sha256)) await this.#store.check(hash);
      return undefined;
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      return error.code === 'ASSAY_OBJECT_MISSING' ? 'is not in the store' : 'is damaged in the store';
    }
  }

  /** Those files of a folder, or `.` for the file itself, that may be executed, which no hash says. */
  async executables(path: string, files: readonly DirectoryFile[]): Promise<readonly string[]> {
    if (process.platform === 'win32') return [];
    const found: string[] = [];
    for (const name of files.length > 0 ? files.map((file) => file.path) : ['.']) {
      const stats = await stat(join(path, name));
      if (stats.isFile() && (stats.mode & 0o100) !== 0) found.push(name);
    }
    return found;
  }

  /** Gives leave to execute files to those who may read them. */
  async makeExecutable(path: string, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const { mode } = await stat(join(path, name));
      if ((mode & 0o100) === 0) await chmod(join(path, name), (mode & 0o777) | ((mode & 0o444) >> 2));
    }
  }

  /** Puts stored bytes at a path, as a copy (or a reflink), so that editing it cannot change the store. */
  restore(content: Pick<Content, 'kind' | 'sha256'>, path: string): Promise<void> {
    return checkout(this.#store, { type: content.kind, hash: content.sha256 }, path, { links: ['reflink', 'copy'] });
  }

  /** The files of a folder by its manifest's hash: path → SHA-256. Undefined when it is not stored, or is no manifest. */
  async listing(sha256: string): Promise<ReadonlyMap<string, string> | undefined> {
    const size = await this.#store.size(sha256);
    if (size === undefined || size > largestListing) return undefined;
    try {
      return new Map(parseManifest(await this.#store.read(sha256)).map((file) => [file.path, file.sha256]));
    } catch {
      return undefined;
    }
  }

  /** The files of a folder as it is now; undefined when it is none. */
  async listingOf(path: string): Promise<ReadonlyMap<string, string> | undefined> {
    const content = await hashPath(path, this.#store.index).catch(() => undefined);
    if (content?.type !== 'directory') return undefined;
    return new Map(content.files.map((file) => [file.path, file.sha256]));
  }

  /** Removes what lies at a path, once its bytes are in the store. */
  async clear(path: string): Promise<void> {
    const content = await this.describe(path);
    if (content && (await this.lacking(content)) !== undefined) await this.keep([path]);
    await rm(path, { recursive: true, force: true });
  }

  /** Writes down what was learned of files, so that they are not hashed again. */
  remember(): Promise<void> {
    return this.#store.index.remember([]);
  }
}

/** Manifests of more than some 100,000 files are not read just for an explanation. */
const largestListing = 16 * 2 ** 20;

function toContent(content: StoredContent): Content {
  const { md5, sha256, size } = content;
  if (content.type === 'file') return { kind: 'file', sha256, md5, objectSize: size, size, files: 1 };
  const manifest = hashBytes(formatManifest(content.files));
  return {
    kind: 'directory',
    sha256: manifest.sha256,
    md5: manifest.md5,
    objectSize: manifest.size,
    size,
    files: content.files.length,
  };
}
