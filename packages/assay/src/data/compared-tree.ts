import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import {
  type FileTree,
  gitTopOf,
  indexOf,
  isTrackingFile,
  type RepositoryIndex,
  readTrackingFile,
  type TrackedOut,
  workspaceTree,
} from '../dvc/index.ts';
import { isErrno } from '../errno.ts';
import { CommitTrees } from './commit-trees.ts';
import { isLegacy } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

type ReadFile = Awaited<ReturnType<typeof readTrackingFile>>;

/** The workspace or a commit, with its index, in which a file that DVC tracks can be read like any other. */
export interface ComparedTree {
  readonly rev: string | undefined;
  readonly index: RepositoryIndex;
  /** From the workspace or git; else from the cache. Undefined where there is no such file, or its bytes are not in the cache. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The files below a folder, or undefined when it is none. */
  filesBelow(path: string): Promise<readonly string[] | undefined>;
  /** The tracked folder that holds a path, when what it contains is not known: its list is not in the cache. */
  unlistedFolder(path: string): string | undefined;
}

/** Opens the workspace and commits for comparison; what they have in common is read and parsed once. */
export class ComparedTrees {
  readonly #workplace: Workplace;
  #commits: CommitTrees | undefined;
  /** What a tracking file was read from, and what came of it: valid wherever all of those bytes are the same. */
  readonly #parsed = new Map<string, { reads: readonly (readonly [string, Buffer | undefined])[]; file: ReadFile }[]>();

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
  }

  /** Commits of this repository, through one git process. */
  get commits(): CommitTrees {
    const { repository } = this.#workplace;
    this.#commits ??= new CommitTrees(gitTopOf(repository), repository.root);
    return this.#commits;
  }

  /** @param rev a full commit id, or undefined for the workspace */
  async open(rev: string | undefined): Promise<ComparedTree> {
    const { repository } = this.#workplace;
    const files = rev === undefined ? workspaceTree(repository) : await this.commits.tree(rev);
    const index = await this.#index(files);
    return {
      rev,
      index,
      read: async (path) => (await files.read(path)) ?? (await this.#fromCache(index, path)),
      filesBelow: (path) => this.#filesBelow(files, index, path),
      unlistedFolder: (path) => {
        const owner = ownerOf(index, path);
        const md5 = owner?.location === path ? undefined : owner?.checksum?.value;
        const isUnlisted = md5?.endsWith('.dir') && !this.#workplace.cache.has(md5, isLegacy(owner!));
        return isUnlisted ? owner!.location : undefined;
      },
    };
  }

  async close(): Promise<void> {
    await this.#commits?.close();
  }

  async #index(files: FileTree): Promise<RepositoryIndex> {
    const { ignore } = this.#workplace.repository;
    const found: ReadFile[] = [];
    for (const file of (await files.files()).filter(isTrackingFile).sort(byFolder)) {
      if (files.rev !== undefined && ignore.ignores(file, false)) continue;
      found.push(await this.#trackingFile(files, file));
    }
    return indexOf(
      found.flatMap(({ stages }) => stages),
      found.flatMap(({ pipeline }) => (pipeline ? [pipeline] : [])),
    );
  }

  async #trackingFile(files: FileTree, path: string): Promise<ReadFile> {
    if (files.rev === undefined) return readTrackingFile(this.#workplace.repository, files, path);
    const known = this.#parsed.get(path) ?? [];
    for (const one of known) {
      const same = await Promise.all(one.reads.map(async ([name, bytes]) => (await files.read(name)) === bytes));
      if (same.every(Boolean)) return one.file;
    }
    const reads = new Map<string, Buffer | undefined>();
    const recording: FileTree = {
      rev: files.rev,
      files: () => files.files(),
      close: () => files.close(),
      async read(name) {
        const bytes = await files.read(name);
        reads.set(name, bytes);
        return bytes;
      },
    };
    const file = await readTrackingFile(this.#workplace.repository, recording, path);
    this.#parsed.set(path, [{ reads: [...reads], file }, ...known].slice(0, 8));
    return file;
  }

  async #fromCache(index: RepositoryIndex, path: string): Promise<Uint8Array | undefined> {
    const owner = ownerOf(index, path);
    if (owner?.checksum === undefined || !owner.cache) return undefined;
    const { cache } = this.#workplace;
    const legacy = isLegacy(owner);
    try {
      if (owner.location === path) {
        return owner.checksum.value.endsWith('.dir')
          ? undefined
          : await readFile(cache.pathOf(owner.checksum.value, legacy));
      }
      if (!owner.checksum.value.endsWith('.dir') || !cache.has(owner.checksum.value, legacy)) return undefined;
      const inside = path.slice(owner.location.length + 1);
      const entry = cache.directory(owner.checksum.value, legacy).find((one) => one.path === inside);
      return entry && (await readFile(cache.pathOf(entry.md5, legacy)));
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async #filesBelow(files: FileTree, index: RepositoryIndex, path: string): Promise<readonly string[] | undefined> {
    const { repository, cache } = this.#workplace;
    if (files.rev === undefined) {
      const stats = statSync(join(repository.root, path), { throwIfNoEntry: false });
      if (stats?.isFile()) return undefined;
      if (stats?.isDirectory()) {
        const { readdirSync } = await import('node:fs');
        return readdirSync(join(repository.root, path), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => posix.join(path, entry.parentPath.slice(join(repository.root, path).length + 1), entry.name))
          .filter((file) => !repository.ignore.ignores(file, false))
          .sort();
      }
    } else {
      const below = (await files.files()).filter((file) => path === '.' || file.startsWith(`${path}/`));
      if (below.length > 0) return [...below].sort();
    }
    const owner = ownerOf(index, path);
    if (!owner?.checksum?.value.endsWith('.dir') || !cache.has(owner.checksum.value, isLegacy(owner))) return undefined;
    const listed = cache
      .directory(owner.checksum.value, isLegacy(owner))
      .map((entry) => `${owner.location}/${entry.path}`)
      .filter((file) => file.startsWith(`${path}/`));
    return listed.length > 0 ? listed : undefined;
  }
}

/** The output at a path, or the one that holds it. */
function ownerOf(index: RepositoryIndex, path: string): TrackedOut | undefined {
  for (let at = path; at !== '.' && at !== '/'; at = posix.dirname(at)) {
    const found = index.byLocation.get(at);
    if (found) return found.out;
  }
  return undefined;
}

/** A folder's own files before those of its folders. */
function byFolder(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; ; i++) {
    const [x, y] = [left[i]!, right[i]!];
    const [last, first] = [i === left.length - 1, i === right.length - 1];
    if (last !== first) return last ? -1 : 1;
    if (x !== y) return x < y ? -1 : 1;
    if (last) return 0;
  }
}
