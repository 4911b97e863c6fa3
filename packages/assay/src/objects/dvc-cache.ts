import { hash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { copyFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { LinkType } from './checkout.ts';
import { formatDvcDirectory, parseDvcDirectory } from './directory.ts';
import { dos2unixMd5 } from './dos2unix.ts';
import { damagedObject, missingObject, notRegular, storageError } from './errors.ts';
import { md5OfFile } from './hashing.ts';
import { type Known, Snapshot } from './snapshot.ts';
import { syncPaths } from './sync.ts';
import { type Ignores, statsOf, walkFiles } from './workspace-walk.ts';

export type Algorithm = 'md5' | 'md5-dos2unix';

export interface DirectoryEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly md5: string;
  /** Known of what was scanned, not of what the cache lists. */
  readonly size?: number;
}

/** What lies at a path. */
export type Found = (
  | { readonly kind: 'file'; readonly md5: string; readonly size: number; readonly isExecutable: boolean }
  | {
      readonly kind: 'directory';
      /** Ends in `.dir`. */
      readonly md5: string;
      readonly size: number;
      readonly nfiles: number;
      /** Sorted by path, by code point. */
      readonly entries: readonly DirectoryEntry[];
    }
) & {
  /** Some of it is behind a symbolic link. */
  readonly hasLinks: boolean;
};

/** What a checkout put somewhere. */
type Remembered =
  | { readonly kind: 'file'; readonly md5: string }
  | { readonly kind: 'directory'; readonly md5: string; readonly entries: readonly DirectoryEntry[] };

export interface DvcCacheOptions {
  /** The cache's folder. */
  readonly root: string;
  /** For files on their way in; on the cache's file system. */
  readonly temporary: string;
  /** Where snapshots of tracked paths are kept. */
  readonly snapshots: string;
  readonly links: readonly LinkType[];
  /** `cache.shared = group`: files and folders that the group may write. */
  readonly shared: boolean;
  readonly ignores?: Ignores;
}

export interface Watching {
  readonly onProgress?: ((files: number, bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Read whole, in one call; larger files in pieces. */
const smallFile = 2 ** 20;
/** How long loops hold the process before signals and timers are heard. */
const sliceMs = 60;

/** DVC's cache: objects by their MD5, in the layout of DVC 3, and read in that of DVC 2 as well. */
export class DvcCache {
  readonly root: string;
  readonly links: readonly LinkType[];
  readonly shared: boolean;
  readonly #temporary: string;
  readonly #snapshots: string;
  readonly #ignores: Ignores | undefined;

  constructor(options: DvcCacheOptions) {
    this.root = options.root;
    this.links = options.links;
    this.shared = options.shared;
    this.#temporary = options.temporary;
    this.#snapshots = options.snapshots;
    this.#ignores = options.ignores;
  }

  /** The file that holds an object, or would. @throws AssayError `ASSAY_OBJECT_NAME` */
  pathOf(md5: string, legacy = false): string {
    // Also what keeps a name from being a path.
    if (!/^[0-9a-f]{32}(?:\.dir)?$/.test(md5)) {
      throw new AssayError('ASSAY_OBJECT_NAME', `${JSON.stringify(md5)} is not the name of an object (md5)`);
    }
    const folder = legacy ? this.root : `${this.root}/files/md5`;
    return `${folder}/${md5.slice(0, 2)}/${md5.slice(2)}`;
  }

  has(md5: string, legacy = false): boolean {
    return existsSync(this.pathOf(md5, legacy));
  }

  /** The objects that are not there: the one named, or files of the directory it lists. */
  missing(md5: string, legacy = false): readonly string[] {
    if (!this.has(md5, legacy)) return [md5];
    if (!md5.endsWith('.dir')) return [];
    return this.directory(md5, legacy)
      .map((entry) => entry.md5)
      .filter((one) => !this.has(one, legacy));
  }

  /**
   * The files that a directory lists.
   * @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`, `ASSAY_DIRECTORY_MANIFEST`, `ASSAY_PATH_ESCAPES`
   */
  directory(md5: string, legacy = false): readonly DirectoryEntry[] {
    const path = this.pathOf(md5, legacy);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      throw isErrno(error, 'ENOENT') ? missingObject(md5, path) : error;
    }
    if (`${hash('md5', bytes, 'hex')}.dir` !== md5) throw damagedObject(md5, path);
    return parseDvcDirectory(bytes);
  }

  /**
   * What lies at a path; only files that changed since the last time are read. Undefined when nothing is there.
   * @throws AssayError those of `walkFiles`
   */
  async scan(
    path: string,
    { algorithm = 'md5', ...watching }: { readonly algorithm?: Algorithm } & Watching = {},
  ): Promise<Found | undefined> {
    const digest = algorithm === 'md5' ? md5OfFile : async (file: string) => dos2unixMd5(file);
    return this.#look(path, algorithm, watching, async (file, stats) =>
      algorithm === 'md5' && stats.size <= smallFile ? hash('md5', readFileSync(file), 'hex') : digest(file),
    );
  }

  /**
   * Puts a file, or a folder's files and its list, into the cache, each hashed and copied in one read. All of it is durable, and
   * has its name, when the promise resolves; before, nothing has.
   */
  async add(path: string, watching: Watching = {}): Promise<Found> {
    const batch = new CacheBatch(this, this.#temporary);
    try {
      const found = await this.#look(path, 'md5', watching, (file, stats) => batch.put(file, stats), batch);
      if (!found) throw new AssayError('ASSAY_PATH_MISSING', `${path} is not there`);
      if (found.kind === 'directory') batch.putBytes(found.md5, formatDvcDirectory(found.entries));
      await batch.commit();
      return found;
    } catch (error) {
      throw storageError(error, this.root);
    } finally {
      await batch.end();
    }
  }

  /** Bytes under their MD5. @returns hex */
  async putBytes(bytes: Uint8Array, suffix: '' | '.dir' = ''): Promise<string> {
    const md5 = `${hash('md5', bytes, 'hex')}${suffix}`;
    const batch = new CacheBatch(this, this.#temporary);
    try {
      batch.putBytes(md5, bytes);
      await batch.commit();
      return md5;
    } catch (error) {
      throw storageError(error, this.root);
    } finally {
      await batch.end();
    }
  }

  /** Several objects that come from elsewhere: each verified before it gets its name, all durable at the end. */
  receiving(): CacheBatch {
    return new CacheBatch(this, this.#temporary);
  }

  /** Tells what was last put at a path, so that it is not read again; files are looked at once more for their times. */
  async remember(path: string, found: Remembered): Promise<void> {
    const seenAt = Date.now();
    const known: Known[] = [];
    const entries = found.kind === 'file' ? [{ path: '', md5: found.md5 }] : found.entries;
    for (const { path: name, md5 } of entries) {
      const stats = statsOf(name === '' ? path : `${path}/${name}`);
      if (!stats) return;
      known.push(knownFile(name, stats, md5));
    }
    Snapshot.write(this.#snapshots, path, 'md5', { directory: found.md5, files: known }, seenAt);
  }

  /** Every object, in no order. */
  *list(): Generator<{ readonly md5: string; readonly size: number; readonly legacy: boolean }> {
    for (const [folder, legacy] of [
      [join(this.root, 'files', 'md5'), false],
      [this.root, true],
    ] as const) {
      for (const prefix of namesIn(folder)) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
        for (const name of namesIn(join(folder, prefix))) {
          if (!/^[0-9a-f]{30}(?:\.dir)?$/.test(name)) continue;
          const stats = statSync(join(folder, prefix, name), { throwIfNoEntry: false });
          if (stats?.isFile()) yield { md5: prefix + name, size: stats.size, legacy };
        }
      }
    }
  }

  remove(md5: string, legacy = false): void {
    rmSync(this.pathOf(md5, legacy), { force: true });
  }

  async #look(
    path: string,
    algorithm: Algorithm,
    { onProgress, signal }: Watching,
    take: (file: string, stats: Stats) => string | Promise<string>,
    batch?: CacheBatch,
  ): Promise<Found | undefined> {
    const stats = statsOf(path);
    if (!stats) return undefined;
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular(path);
    const snapshot = Snapshot.read(this.#snapshots, path, algorithm);
    // What is known need not be read, but to be added it has to be in the cache too.
    const knownMd5 = (name: string, one: Stats): string | undefined => {
      const md5 = snapshot.md5Of(name, one);
      return md5 === undefined || batch === undefined || this.has(md5) ? md5 : undefined;
    };
    const seenAt = Date.now();
    if (!stats.isDirectory()) {
      const known = knownMd5('', stats);
      const md5 = known ?? (await take(path, stats));
      if (known === undefined) {
        const files = [knownFile('', stats, md5)];
        Snapshot.write(this.#snapshots, path, algorithm, { directory: '', files }, seenAt);
      }
      const hasLinks = lstatSync(path).isSymbolicLink();
      return { kind: 'file', md5, size: stats.size, isExecutable: (stats.mode & 0o100) !== 0, hasLinks };
    }
    const files: Known[] = [];
    let unchanged = true;
    let hasLinks = false;
    let size = 0;
    let sliceEnd = performance.now() + sliceMs;
    for (const file of walkFiles(path, this.#ignores)) {
      hasLinks ||= file.isLink;
      const known = knownMd5(file.path, file.stats);
      let md5 = known;
      if (md5 === undefined) {
        unchanged = false;
        const taken = take(`${path}/${file.path}`, file.stats);
        md5 = typeof taken === 'string' ? taken : await taken;
      }
      size += file.stats.size;
      files.push(knownFile(file.path, file.stats, md5));
      if (performance.now() > sliceEnd) {
        onProgress?.(files.length, size);
        await setImmediate();
        signal?.throwIfAborted();
        sliceEnd = performance.now() + sliceMs;
      }
    }
    onProgress?.(files.length, size);
    const same = unchanged && files.length === snapshot.count && snapshot.directory !== '';
    files.sort((a, b) => compareCodePoints(a.path, b.path));
    let directory = snapshot.directory;
    if (!same) {
      directory = `${hash('md5', formatDvcDirectory(files, true), 'hex')}.dir`;
      Snapshot.write(this.#snapshots, path, algorithm, { directory, files }, seenAt);
    }
    return { kind: 'directory', md5: directory, size, nfiles: files.length, entries: files, hasLinks };
  }
}

/** Objects on their way into the cache: written beside it, synced together, then renamed to their names. */
export class CacheBatch {
  readonly #cache: DvcCache;
  readonly #folder: string;
  readonly #written = new Set<string>();
  #made = false;

  constructor(cache: DvcCache, temporary: string) {
    this.#cache = cache;
    this.#folder = join(temporary, `assay-${process.pid}-${Math.random().toString(16).slice(2, 10)}`);
  }

  /** A small file is read, hashed and written in one go; a large one is hashed while the system copies it. */
  put(file: string, stats: Stats): string | Promise<string> {
    return stats.size <= smallFile ? this.#putSmall(file) : this.#putLarge(file);
  }

  putBytes(md5: string, bytes: Uint8Array): void {
    if (this.#written.has(md5) || this.#cache.has(md5)) return;
    writeObject(this.temporaryPath(md5), bytes, this.#mode);
    this.#written.add(md5);
  }

  /** Where an object may be written before it is `received`. */
  temporaryPath(md5: string): string {
    if (!this.#made) mkdirSync(this.#folder, { recursive: true });
    this.#made = true;
    return `${this.#folder}/${md5}`;
  }

  /**
   * Accepts what was written at `temporaryPath`, if it is what its name says.
   * @throws AssayError `ASSAY_OBJECT_DAMAGED`; the file is removed then
   */
  async received(md5: string, from: string): Promise<void> {
    const path = this.temporaryPath(md5);
    const found = await md5OfFile(path);
    if (found !== md5.slice(0, 32)) {
      rmSync(path, { force: true });
      throw damagedObject(md5, from);
    }
    chmodSync(path, this.#mode);
    this.#written.add(md5);
  }

  /** Makes all of it durable, under its names. */
  async commit(legacy = false): Promise<void> {
    if (this.#written.size === 0) return;
    await syncPaths(
      [...this.#written].map((md5) => `${this.#folder}/${md5}`),
      this.#folder,
    );
    const folders = new Set<string>();
    for (const md5 of this.#written) {
      const target = this.#cache.pathOf(md5, legacy);
      const folder = dirname(target);
      if (!folders.has(folder)) {
        makeFolder(folder, this.#cache.shared);
        folders.add(folder);
      }
      renameSync(`${this.#folder}/${md5}`, target);
    }
    this.#written.clear();
    await syncPaths([...folders], this.#folder);
  }

  /** Removes what was not committed. */
  async end(): Promise<void> {
    if (this.#made) await rm(this.#folder, { recursive: true, force: true });
  }

  get #mode(): number {
    return this.#cache.shared ? 0o664 : 0o444;
  }

  #putSmall(file: string): string {
    const bytes = readWhole(file);
    const md5 = hash('md5', bytes, 'hex');
    this.putBytes(md5, bytes);
    return md5;
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
        chmodSync(temporary, this.#mode);
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

function readWhole(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const read = readSync(descriptor, buffer, length, size - length, null);
      if (read === 0) break;
      length += read;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function writeObject(path: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  // The mask of the process counts against what a group should be able to do.
  if (mode === 0o664) chmodSync(path, mode);
}

function makeFolder(folder: string, shared: boolean): void {
  if (existsSync(folder)) return;
  const first = mkdirSync(folder, { recursive: true });
  if (!shared || first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) chmodSync(at, 0o2775);
}

function knownFile(path: string, stats: Stats, md5: string): Known {
  return { path, size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino, md5 };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

const surrogates = /[\ud800-\udfff]/;

/** UTF-16 units and code points sort alike, unless one lies beyond the basic plane. */
function compareCodePoints(a: string, b: string): number {
  if (surrogates.test(a) || surrogates.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
