import { hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { CacheBatch } from './cache-batch.ts';
import type { LinkType } from './checkout.ts';
import { formatDvcDirectory, parseDvcDirectory } from './directory.ts';
import { dos2unixMd5 } from './dos2unix.ts';
import { damagedObject, missingObject, notRegular, storageError } from './errors.ts';
import { md5OfFile } from './hashing.ts';
import { KnownComplete, Listing } from './presence.ts';
import { readSmallFile, smallFile } from './small-file.ts';
import { type Known, Snapshot } from './snapshot.ts';
import { Staging } from './staging.ts';
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
  /** `cache.shared = group`: folders that the group may write, and that are the group's. */
  readonly shared: boolean;
  readonly ignores?: Ignores;
}

export interface Watching {
  readonly onProgress?: ((files: number, bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How long loops hold the process before signals and timers are heard. */
const sliceMs = 60;

/** DVC's cache: objects by their MD5, in the layout of DVC 3, and read in that of DVC 2 as well. */
export class DvcCache {
  readonly root: string;
  readonly links: readonly LinkType[];
  readonly shared: boolean;
  /** Where files of the workspace are made before they are placed. */
  readonly staging: Staging;
  readonly #temporary: string;
  readonly #snapshots: string;
  readonly #ignores: Ignores | undefined;
  readonly #complete: readonly [current: KnownComplete, legacy: KnownComplete];

  constructor(options: DvcCacheOptions) {
    this.root = options.root;
    this.links = options.links;
    this.shared = options.shared;
    this.#temporary = options.temporary;
    this.#snapshots = options.snapshots;
    this.staging = new Staging(options.snapshots);
    this.#ignores = options.ignores;
    const complete = (legacy: boolean) => new KnownComplete(this.#folderOf(legacy), options.snapshots);
    this.#complete = [complete(false), complete(true)];
  }

  /** The file that holds an object, or would. @throws AssayError `ASSAY_OBJECT_NAME` */
  pathOf(md5: string, legacy = false): string {
    // Also what keeps a name from being a path.
    if (!/^[0-9a-f]{32}(?:\.dir)?$/.test(md5)) {
      throw new AssayError('ASSAY_OBJECT_NAME', `${JSON.stringify(md5)} is not the name of an object (md5)`);
    }
    return `${this.#folderOf(legacy)}/${md5.slice(0, 2)}/${md5.slice(2)}`;
  }

  has(md5: string, legacy = false): boolean {
    return existsSync(this.pathOf(md5, legacy));
  }

  /** In bytes; undefined when it is not there. */
  sizeOf(md5: string, legacy = false): number | undefined {
    return statsOf(this.pathOf(md5, legacy))?.size;
  }

  /** The objects that are not there: the one named, or files of the directory it lists. */
  missing(md5: string, legacy = false): readonly string[] {
    if (!this.has(md5, legacy)) return [md5];
    if (!md5.endsWith('.dir')) return [];
    const complete = this.#complete[legacy ? 1 : 0];
    if (complete.has(md5)) return [];
    const before = complete.state();
    const listing = this.listing(legacy);
    const missing = this.directory(md5, legacy).flatMap((entry) => (listing.has(entry.md5) ? [] : [entry.md5]));
    if (missing.length === 0) complete.remember(md5, before);
    return missing;
  }

  /** For questions about many objects in one piece of work. */
  listing(legacy = false): Listing {
    return new Listing(this.#folderOf(legacy), (md5) => this.has(md5, legacy));
  }

  /** To be told after objects came or went other than by the methods here. */
  changed(): void {
    for (const one of this.#complete) one.forget();
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
    return this.#look(path, algorithm, watching, (file, stats) => {
      const bytes = algorithm === 'md5' && stats.size <= smallFile ? readSmallFile(file, stats.size) : undefined;
      return bytes === undefined ? digest(file) : hash('md5', bytes, 'hex');
    });
  }

  /**
   * Puts a file, or a folder's files and its list, into the cache, each hashed and copied in one read. All of it is durable, and
   * has its name, when the promise resolves; before, nothing has. Of several together, each is given to one `receiving` batch,
   * whose `commit` is what the promise is here.
   * @param isPart of a folder that has another list: this one is not kept
   */
  async add(path: string, watching: Watching = {}, together?: CacheBatch, isPart = false): Promise<Found> {
    const batch = together ?? this.receiving();
    try {
      const found = await this.#look(path, 'md5', watching, (file, stats) => batch.put(file, stats), batch);
      if (!found) throw new AssayError('ASSAY_PATH_MISSING', `${path} is not there`);
      if (found.kind === 'directory' && !isPart && !this.has(found.md5)) {
        batch.putBytes(found.md5, formatDvcDirectory(found.entries, true));
      }
      if (!together) await batch.commit();
      return found;
    } catch (error) {
      throw storageError(error, this.root);
    } finally {
      if (!together) await batch.end();
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
    this.changed();
  }

  #isComplete(directory: string): boolean {
    try {
      return this.missing(directory).length === 0;
    } catch {
      return false;
    }
  }

  #folderOf(legacy: boolean): string {
    return legacy ? this.root : `${this.root}/files/md5`;
  }

  async #look(
    path: string,
    algorithm: Algorithm,
    { onProgress, signal }: Watching,
    take: (file: string, stats: Stats) => string | Promise<string>,
    batch?: CacheBatch,
  ): Promise<Found | undefined> {
    const seenAt = Date.now();
    const stats = statsOf(path);
    if (!stats) return undefined;
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular(path);
    const snapshot = Snapshot.read(this.#snapshots, path, algorithm);
    // What is known need not be read, but to be added it has to be in the cache too.
    const standing =
      batch === undefined || (snapshot.directory !== '' && this.#isComplete(snapshot.directory))
        ? undefined
        : this.listing();
    const isKnown = (at: number, one: Stats) =>
      snapshot.isSame(at, one) && (standing === undefined || standing.has(snapshot.md5At(at)));
    if (!stats.isDirectory()) {
      const at = snapshot.find('');
      const known = isKnown(at, stats);
      const md5 = known ? snapshot.md5At(at) : await take(path, stats);
      if (!known) {
        const files = [knownFile('', stats, md5)];
        Snapshot.write(this.#snapshots, path, algorithm, { directory: '', files }, seenAt);
      }
      const hasLinks = lstatSync(path).isSymbolicLink();
      return { kind: 'file', md5, size: stats.size, isExecutable: (stats.mode & 0o100) !== 0, hasLinks };
    }
    // While all is as it was, and comes in the same order, counting is enough.
    let files: Known[] | undefined;
    let count = 0;
    let unchanged = true;
    let hasLinks = false;
    let size = 0;
    let sliceEnd = performance.now() + sliceMs;
    for (const file of walkFiles(path, this.#ignores)) {
      hasLinks ||= file.isLink;
      const at = snapshot.find(file.path);
      const known = isKnown(at, file.stats);
      if (files !== undefined || !known || at !== count) {
        files ??= snapshot.first(count);
        let md5: string;
        if (known) md5 = snapshot.md5At(at);
        else {
          unchanged = false;
          const taken = take(`${path}/${file.path}`, file.stats);
          md5 = typeof taken === 'string' ? taken : await taken;
        }
        files.push(knownFile(file.path, file.stats, md5));
      }
      count++;
      size += file.stats.size;
      if ((count & 63) === 0 && performance.now() > sliceEnd) {
        onProgress?.(count, size);
        await setImmediate();
        signal?.throwIfAborted();
        sliceEnd = performance.now() + sliceMs;
      }
    }
    onProgress?.(count, size);
    if (unchanged && count === snapshot.count && snapshot.directory !== '') {
      return new FoundDirectory(
        snapshot.directory,
        { size, nfiles: count, hasLinks },
        () => files ?? snapshot.first(count),
      );
    }
    const met = files ?? snapshot.first(count);
    const sorted = [...met].sort(byPath);
    const directory = `${hash('md5', formatDvcDirectory(sorted, true), 'hex')}.dir`;
    Snapshot.write(this.#snapshots, path, algorithm, { directory, files: met }, seenAt);
    return new FoundDirectory(directory, { size, nfiles: count, hasLinks }, () => sorted);
  }
}

/** Its entries are sorted when they are asked for: often only the hash is. */
class FoundDirectory {
  readonly kind = 'directory';
  readonly md5: string;
  readonly size: number;
  readonly nfiles: number;
  readonly hasLinks: boolean;
  readonly #list: () => readonly DirectoryEntry[];
  #entries: readonly DirectoryEntry[] | undefined;

  constructor(
    md5: string,
    { size, nfiles, hasLinks }: Pick<FoundDirectory, 'size' | 'nfiles' | 'hasLinks'>,
    list: () => readonly DirectoryEntry[],
  ) {
    this.md5 = md5;
    this.size = size;
    this.nfiles = nfiles;
    this.hasLinks = hasLinks;
    this.#list = list;
  }

  get entries(): readonly DirectoryEntry[] {
    this.#entries ??= [...this.#list()].sort(byPath);
    return this.#entries;
  }
}

function byPath(a: DirectoryEntry, b: DirectoryEntry): number {
  return compareCodePoints(a.path, b.path);
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
