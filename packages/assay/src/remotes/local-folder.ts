import { chmodSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';
import { readSmallFile, writeNewFile } from '../objects/index.ts';
import { missingInRemote } from './errors.ts';
import type { Remote, RemoteKey } from './remote.ts';
import { isTemporary, temporaryName } from './transferred-file.ts';

/** A remote in a folder. Objects are copied, never linked: the remote is another place, for the day when the cache is lost. */
export class LocalFolderRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = 1;
  readonly #sync: (folder: string) => Promise<void>;
  /** Those that are there for certain. */
  readonly #folders = new Set<string>();
  #wrote = false;

  /** @param sync makes a folder's file system durable */
  constructor(name: string, folder: string, sync: (folder: string) => Promise<void>) {
    this.name = name;
    this.url = folder;
    this.#sync = sync;
  }

  async existing(keys: readonly RemoteKey[]): Promise<ReadonlySet<RemoteKey>> {
    // Many keys are in few folders: one listing answers for all of a folder's.
    const folders = new Map<string, ReadonlySet<string>>();
    const found = new Set<RemoteKey>();
    for (const key of keys) {
      if (keys.length < 1000) {
        if (existsSync(join(this.url, key))) found.add(key);
        continue;
      }
      const slash = key.lastIndexOf('/');
      const folder = key.slice(0, slash);
      let names = folders.get(folder);
      if (!names) {
        names = new Set(namesIn(join(this.url, folder)));
        folders.set(folder, names);
      }
      if (names.has(key.slice(slash + 1))) found.add(key);
    }
    return found;
  }

  async *list(prefix: string): AsyncGenerator<{ readonly key: RemoteKey; readonly size: number }> {
    const open = [prefix.slice(0, prefix.lastIndexOf('/') + 1).replace(/\/$/, '')];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const name of namesIn(join(this.url, folder))) {
        const key = folder === '' ? name : `${folder}/${name}`;
        if ((!key.startsWith(prefix) && !prefix.startsWith(`${key}/`)) || isTemporary(key)) continue;
        const stats = statSync(join(this.url, key), { throwIfNoEntry: false });
        if (stats?.isDirectory()) open.push(key);
        else if (stats?.isFile()) yield { key, size: stats.size };
      }
    }
  }

  async download(key: RemoteKey, file: string): Promise<void> {
    const source = join(this.url, key);
    try {
      // For many small files, waiting for each of them would take longer than copying it.
      if (!copySmall(source, file, modeOf(key))) await copyFile(source, file, constants.COPYFILE_FICLONE);
    } catch (error) {
      if (isErrno(error, 'EEXIST')) {
        // What was left of an earlier one: here, going on with it would be no gain.
        rmSync(file);
        return this.download(key, file);
      }
      throw isErrno(error, 'ENOENT') ? missingInRemote(this.name, key) : error;
    }
  }

  async upload(file: string, key: RemoteKey): Promise<void> {
    const target = join(this.url, key);
    const temporary = temporaryName(target);
    const mode = modeOf(key);
    this.#wrote = true;
    try {
      const folder = dirname(target);
      if (!this.#folders.has(folder)) mkdirSync(folder, { recursive: true });
      this.#folders.add(folder);
      if (copySmall(file, temporary, mode)) renameSync(temporary, target);
      else {
        await copyFile(file, temporary, constants.COPYFILE_FICLONE);
        chmodSync(temporary, mode);
        await rename(temporary, target);
      }
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    for (const key of keys) rmSync(join(this.url, key), { force: true });
  }

  async settle(): Promise<void> {
    if (this.#wrote && (await stat(this.url).catch(() => undefined))) await this.#sync(this.url);
    this.#wrote = false;
  }

  async close(): Promise<void> {}
}

/** Objects never change; what a stage did is a file like others. */
function modeOf(key: RemoteKey): number {
  return key.startsWith('runs/') ? 0o666 & ~process.umask() : 0o444;
}

/** False, and nothing written, when the file is a large one. */
function copySmall(from: string, to: string, mode: number): boolean {
  const bytes = readSmallFile(from);
  if (bytes === undefined) return false;
  writeNewFile(to, bytes, mode);
  return true;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
