import { copyFileSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import type { CacheBatch } from '../objects/index.ts';

/** A file or folder that is really there: in a folder, or in a commit of git. */
export interface PlainEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Bytes; undefined for a folder whose size has to be asked for. */
  readonly size: number | undefined;
  readonly isExecutable: boolean;
  /** A symbolic link to a folder, which holds no bytes to take. */
  readonly isLinkedFolder?: true;
}

/** Files as they lie in a folder, or as a commit has them. Paths are relative, with `/`; the top is the empty path. */
export interface PlainTree {
  entry(path: string): Promise<PlainEntry | undefined>;
  /** What a folder holds; undefined where there is no folder. */
  list(path: string): Promise<readonly PlainEntry[] | undefined>;
  /** Bytes that the file system, or git, needs for a folder itself: what DVC tells as its size. */
  folderSize(path: string): Promise<number>;
  read(path: string): Promise<Buffer | undefined>;
  /** Copies a file to a place where nothing is. */
  copy(path: string, to: string): Promise<void>;
  /** Puts a file into a cache. @returns its MD5 */
  take(path: string, batch: CacheBatch): Promise<string>;
  close(): Promise<void>;
}

export function folderTree(root: string): PlainTree {
  return {
    async entry(path) {
      const stats = statsOf(join(root, path));
      return stats && toEntry(path.slice(path.lastIndexOf('/') + 1), stats);
    },
    async list(path) {
      try {
        return readdirSync(join(root, path)).flatMap((name) => {
          const place = join(root, path, name);
          const stats = statsOf(place);
          if (!stats) return [];
          // As DVC lists it: nothing is looked for behind it.
          const isLink = stats.isDirectory() && lstatSync(place).isSymbolicLink();
          return [isLink ? { ...toEntry(name, stats), kind: 'file', isLinkedFolder: true } : toEntry(name, stats)];
        });
      } catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
        throw error;
      }
    },
    async folderSize(path) {
      return statSync(join(root, path)).size;
    },
    async read(path) {
      try {
        return await readFile(join(root, path));
      } catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
        throw error;
      }
    },
    async copy(path, to) {
      copyFileSync(join(root, path), to);
    },
    async take(path, batch) {
      const file = join(root, path);
      return batch.put(file, statSync(file));
    },
    async close() {},
  };
}

function statsOf(path: string): Stats | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() || stats?.isDirectory() ? stats : undefined;
}

function toEntry(name: string, stats: Stats): PlainEntry {
  const isFile = stats.isFile();
  return {
    name,
    kind: isFile ? 'file' : 'folder',
    size: stats.size,
    isExecutable: isFile && (stats.mode & 0o111) !== 0,
  };
}
