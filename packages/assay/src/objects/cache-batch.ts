import { hash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';
import { copyFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { dos2unixMd5 } from './dos2unix.ts';
import type { DvcCache } from './dvc-cache.ts';
import { damagedObject, storageError } from './errors.ts';
import { md5OfFile } from './hashing.ts';
import { abandonedFolder, arrivalFolder, leftBehind } from './left-behind.ts';
import type { Listing } from './presence.ts';
import { readSmallFile, smallFile, writeNewFile } from './small-file.ts';
import { syncPaths } from './sync.ts';

/** Nobody changes an object; DVC takes the mode as a sign that it need not be hashed again. */
const objectMode = 0o444;

/** Objects on their way into the cache: written beside it, synced together, then renamed to their names. */
export class CacheBatch {
  readonly #cache: DvcCache;
  readonly #folder: string;
  readonly #standing: Listing;
  readonly #written = new Set<string>();
  readonly #temporary: string;
  #made = false;
  #left: Map<string, string> | undefined;

  constructor(cache: DvcCache, temporary: string) {
    this.#cache = cache;
    this.#standing = cache.listing();
    this.#temporary = temporary;
    this.#folder = arrivalFolder(temporary);
  }

  /** A small file is read, hashed and written in one go; a large one is hashed while the system copies it. */
  put(file: string, stats: Stats): string | Promise<string> {
    const bytes = stats.size <= smallFile ? readSmallFile(file, stats.size) : undefined;
    if (bytes === undefined) return this.#putLarge(file);
    const md5 = hash('md5', bytes, 'hex');
    this.putBytes(md5, bytes);
    return md5;
  }

  putBytes(md5: string, bytes: Uint8Array): void {
    if (this.#written.has(md5) || this.#standing.has(md5)) return;
    writeNewFile(this.temporaryPath(md5), bytes, objectMode);
    this.#written.add(md5);
  }

  /** Where an object may be written before it is `received`. */
  temporaryPath(md5: string): string {
    if (!this.#made) makeFolder(this.#folder, this.#cache.shared);
    this.#made = true;
    return `${this.#folder}/${md5}`;
  }

  /** The same for what comes from elsewhere: what another process had of it when it was ended lies there already. */
  arrivingPath(md5: string): string {
    const path = this.temporaryPath(md5);
    this.#left ??= leftBehind(this.#temporary);
    const left = this.#left.get(md5);
    if (left !== undefined && !this.#written.has(md5)) {
      this.#left.delete(md5);
      try {
        renameSync(left, path);
        chmodSync(path, 0o600);
      } catch (error) {
        // Another process was faster.
        if (!isErrno(error, 'ENOENT')) throw error;
      }
    }
    return path;
  }

  /**
   * Accepts what was written at `temporaryPath` or `arrivingPath`, if it is what its name says.
   * @throws AssayError `ASSAY_OBJECT_DAMAGED`; the file is removed then
   */
  async received(md5: string, from: string, legacy = false): Promise<void> {
    const path = this.temporaryPath(md5);
    const { size, mode } = statSync(path);
    const bytes = size <= smallFile ? readSmallFile(path, size) : undefined;
    // A list is no text, whatever the layout.
    const isText = legacy && !md5.endsWith('.dir');
    const found = isText ? dos2unixMd5(path) : bytes ? hash('md5', bytes, 'hex') : await md5OfFile(path);
    if (found !== md5.slice(0, 32)) {
      rmSync(path, { force: true });
      throw damagedObject(md5, from);
    }
    if ((mode & 0o777) !== objectMode) chmodSync(path, objectMode);
    this.#written.add(md5);
  }

  /** Makes all of it durable, under its names. */
  async commit(legacy = false): Promise<void> {
    if (this.#written.size === 0) return;
    try {
      await this.#commit(legacy);
    } catch (error) {
      throw storageError(error, this.#cache.root);
    }
  }

  async #commit(legacy: boolean): Promise<void> {
    await syncPaths([...this.#written], this.#folder);
    const folders = new Set<string>();
    for (const md5 of this.#written) {
      const target = this.#cache.pathOf(md5, legacy);
      const folder = target.slice(0, target.lastIndexOf('/'));
      if (!folders.has(folder)) {
        makeFolder(folder, this.#cache.shared);
        folders.add(folder);
      }
      renameSync(`${this.#folder}/${md5}`, target);
    }
    this.#written.clear();
    this.#cache.changed();
    await syncPaths([...folders], this.#folder);
  }

  /** Leaves what came in part to whoever asks for it next: an object is looked at as a whole before it counts. */
  leave(): void {
    if (this.#made) renameSync(this.#folder, abandonedFolder(this.#temporary));
    this.#made = false;
  }

  /** Removes what was not committed. */
  async end(): Promise<void> {
    if (this.#made) await rm(this.#folder, { recursive: true, force: true });
    // Folders that were emptied go too.
    if (this.#left || this.#made) leftBehind(this.#temporary);
    if (!this.#made) return;
    // Of a cache elsewhere, nothing is left but objects; another process may be using it.
    const parent = dirname(this.#folder);
    if (parent.startsWith(`${this.#cache.root}/`)) await rmdir(parent).catch(() => {});
  }

  async #putLarge(file: string): Promise<string> {
    const temporary = this.temporaryPath(`large-${this.#written.size}`);
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = await stat(file);
      const [md5] = await Promise.all([md5OfFile(file), copyFile(file, temporary)]);
      const after = await stat(file);
      if (before.mtimeMs !== after.mtimeMs || before.ctimeMs !== after.ctimeMs || before.size !== after.size) continue;
      if (this.#written.has(md5) || this.#cache.has(md5)) rmSync(temporary, { force: true });
      else {
        chmodSync(temporary, objectMode);
        renameSync(temporary, this.temporaryPath(md5));
        this.#written.add(md5);
      }
      return md5;
    }
    throw new AssayError('ASSAY_FILE_CHANGING', `${file} keeps changing while it is read`, {
      hint: 'Wait until whatever writes it has finished.',
    });
  }
}

export function makeFolder(folder: string, shared: boolean): void {
  if (existsSync(folder)) return;
  const first = mkdirSync(folder, { recursive: true });
  if (!shared || first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) chmodSync(at, 0o2775);
}
