import { hash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { LinkType } from './checkout.ts';
import type { DirectoryEntry, DvcCache, Found, Watching } from './dvc-cache.ts';
import { damagedObject, missingObject, storageError } from './errors.ts';
import type { Listing } from './presence.ts';
import { readSmallFile, writeNewFile } from './small-file.ts';

export interface CheckoutTarget {
  /** Undefined: nothing should be there. */
  readonly md5: string | undefined;
  /** In the layout, and with the hash, of DVC 2. */
  readonly legacy?: boolean;
  readonly isExecutable?: boolean;
}

export interface DvcCheckoutOptions extends Watching {
  /** Replaces and removes what is not in the cache as well. */
  readonly force?: boolean;
  /** Makes links again where files lie right already. */
  readonly relink?: boolean;
  /** A file or folder inside of the directory, relative: the rest stays as it is. */
  readonly only?: string;
  /** Objects that are not in the cache are passed over, and named in the result. */
  readonly allowMissing?: boolean;
  /** In place of the cache's own. */
  readonly links?: readonly LinkType[];
}

export interface CheckoutResult {
  /** Undefined when all lay right already. */
  readonly change: 'added' | 'modified' | 'deleted' | undefined;
  readonly files: { readonly added: number; readonly modified: number; readonly deleted: number };
  /** Objects that are not in the cache. */
  readonly missing: readonly string[];
}

const sliceMs = 60;

/**
 * Makes what lies at a path what the cache has under a hash: in place, file by file, touching only what differs. What is there
 * and not in the cache stays, and nothing is done, unless forced.
 * @throws AssayError `ASSAY_DVC_NOT_IN_CACHE`, naming what would be lost; `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`,
 * `ASSAY_LINK_UNSUPPORTED`, `ASSAY_DISK_FULL`
 */
export async function checkoutObject(
  cache: DvcCache,
  target: CheckoutTarget,
  path: string,
  options: DvcCheckoutOptions = {},
): Promise<CheckoutResult> {
  try {
    return await new Checkout(cache, target, path, options).run();
  } catch (error) {
    throw storageError(error, dirname(path));
  }
}

class Checkout {
  readonly #cache: DvcCache;
  readonly #target: CheckoutTarget;
  readonly #path: string;
  readonly #options: DvcCheckoutOptions;
  readonly #missing: string[] = [];
  readonly #count = { added: 0, modified: 0, deleted: 0 };
  readonly #listing: Listing;
  /** Folders that were made here: nothing is in the way of a file in them. */
  readonly #fresh = new Set<string>();
  /** The kind that worked last: no other is tried again for each file. */
  #links: readonly LinkType[];
  #done = 0;

  constructor(cache: DvcCache, target: CheckoutTarget, path: string, options: DvcCheckoutOptions) {
    this.#cache = cache;
    this.#target = target;
    this.#path = path;
    this.#options = options;
    this.#links = options.links ?? cache.links;
    this.#listing = cache.listing(target.legacy);
  }

  async run(): Promise<CheckoutResult> {
    const { md5, legacy = false } = this.#target;
    const { signal, onProgress } = this.#options;
    const algorithm = legacy ? 'md5-dos2unix' : 'md5';
    const standing = lstatSync(this.#path, { throwIfNoEntry: false });
    const now = standing && (await this.#cache.scan(this.#path, { algorithm, signal }));
    if (standing && !now) rmSync(this.#path, { force: true }); // a link that leads nowhere
    if (md5 === undefined) return this.#remove(now);
    const isRight = now?.md5 === md5;
    if (isRight && this.#options.only === undefined && !(now.kind === 'directory' && this.#options.relink)) {
      if (now.kind === 'directory' || !this.#isToRelink(this.#path, md5)) {
        this.#markExecutable(now);
        return this.#result(undefined);
      }
    }
    if (md5.endsWith('.dir')) await this.#directory(md5, now);
    else await this.#file(md5, now);
    onProgress?.(this.#done, 0);
    const { added, modified, deleted } = this.#count;
    if (added + modified + deleted === 0) return this.#result(undefined);
    if (!legacy && this.#missing.length === 0 && this.#options.only === undefined) await this.#remember(md5);
    return this.#result(now ? 'modified' : 'added');
  }

  #result(change: CheckoutResult['change']): CheckoutResult {
    return { change, files: this.#count, missing: this.#missing };
  }

  #remove(now: Found | undefined): CheckoutResult {
    if (!now) return this.#result(undefined);
    const files = now.kind === 'file' ? [{ path: '', md5: now.md5 }] : now.entries;
    this.#guard(files);
    rmSync(this.#path, { recursive: true, force: true });
    this.#count.deleted = files.length;
    return this.#result('deleted');
  }

  async #file(md5: string, now: Found | undefined): Promise<void> {
    if (now?.kind === 'directory') {
      this.#guard(now.entries);
      this.#checkThere(md5);
      rmSync(this.#path, { recursive: true, force: true });
    } else if (now && now.md5 !== md5) this.#guard([{ path: '', md5: now.md5 }]);
    if (!this.#has(md5)) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    this.#place(md5, this.#path, now !== undefined);
    this.#count[now ? 'modified' : 'added']++;
    if (this.#target.isExecutable) makeExecutable(this.#path);
  }

  async #directory(md5: string, now: Found | undefined): Promise<void> {
    if (!this.#has(md5)) return;
    const wanted = this.#within(this.#cache.directory(md5, this.#target.legacy));
    const current = now?.kind === 'directory' ? this.#within(now.entries) : [];
    const standing = new Map(current.map((entry) => [entry.path, entry.md5]));
    const listed = new Set(wanted.map((entry) => entry.path));
    const gone = current.filter((entry) => !listed.has(entry.path));
    const lost = [...gone, ...wanted.flatMap(({ path, md5: next }) => replaced(path, next, standing))];
    if (now?.kind === 'file') {
      this.#guard([{ path: '', md5: now.md5 }]);
      rmSync(this.#path, { force: true });
    } else this.#guard(lost);
    this.#passLink();
    for (const { path } of gone) {
      rmSync(join(this.#path, path), { force: true });
      this.#count.deleted++;
    }
    removeEmptyFolders(this.#path, new Set(gone.map(({ path }) => dirname(path))));
    if (mkdirSync(this.#path, { recursive: true }) !== undefined) this.#fresh.add('.');
    const folders = new Set(['.']);
    let sliceEnd = performance.now() + sliceMs;
    for (const { path, md5: next } of wanted) {
      const before = standing.get(path);
      if (before === next && !this.#isToRelink(`${this.#path}/${path}`, next)) continue;
      if (!this.#has(next)) continue;
      const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
      if (!folders.has(folder)) this.#makeFolder(folder, folders);
      this.#place(next, `${this.#path}/${path}`, before !== undefined, this.#fresh.has(folder));
      this.#count[before === undefined ? 'added' : 'modified']++;
      this.#done++;
      if (performance.now() > sliceEnd) {
        this.#options.onProgress?.(this.#done, wanted.length);
        await setImmediate();
        this.#options.signal?.throwIfAborted();
        sliceEnd = performance.now() + sliceMs;
      }
    }
  }

  #within(entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] {
    const { only } = this.#options;
    if (only === undefined) return entries;
    return entries.filter(({ path }) => path === only || path.startsWith(`${only}/`));
  }

  /** Folders of a checked-out directory are its own: a link in their place would lead the files elsewhere. */
  #makeFolder(folder: string, made: Set<string>): void {
    let at = this.#path;
    for (const part of folder.split('/')) {
      at = `${at}/${part}`;
      const stats = lstatSync(at, { throwIfNoEntry: false });
      if (stats && !stats.isDirectory()) rmSync(at, { force: true });
      if (!stats?.isDirectory()) {
        mkdirSync(at);
        this.#fresh.add(at.slice(this.#path.length + 1));
      }
    }
    made.add(folder);
  }

  #passLink(): void {
    const stats = lstatSync(this.#path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) rmSync(this.#path);
  }

  /** @throws AssayError `ASSAY_DVC_NOT_IN_CACHE` */
  #guard(files: readonly DirectoryEntry[]): void {
    if (this.#options.force) return;
    const legacy = this.#target.legacy ?? false;
    const [own, other] = [this.#cache.listing(legacy), this.#cache.listing(!legacy)];
    const lost = files.filter(({ md5 }) => !own.has(md5) && !other.has(md5));
    if (lost.length === 0) return;
    const [first] = lost;
    const name = first!.path === '' ? this.#path : join(this.#path, first!.path);
    const more = lost.length > 1 ? ` and ${lost.length - 1} more` : '';
    throw new AssayError('ASSAY_DVC_NOT_IN_CACHE', `${name}${more} would be lost: it is not in the cache`, {
      hint: 'Keep it with `assay add` or `assay commit` first, or give it up with --force.',
    });
  }

  #has(md5: string): boolean {
    if (this.#listing.has(md5)) return true;
    if (this.#options.allowMissing !== true) this.#checkThere(md5);
    this.#missing.push(md5);
    return false;
  }

  #checkThere(md5: string): void {
    const { legacy } = this.#target;
    if (!this.#cache.has(md5, legacy)) throw missingObject(md5, this.#cache.pathOf(md5, legacy));
  }

  /** Whether a file with the right bytes hangs on its object in another way than it should. */
  #isToRelink(path: string, md5: string): boolean {
    if (this.#options.relink !== true) return false;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats) return true;
    const [best] = this.#links;
    const isCopy = !stats.isSymbolicLink() && stats.nlink === 1;
    if (best === 'copy' || best === 'reflink') return !isCopy;
    // Empty files are never linked to one another.
    if (best === 'hardlink' && isCopy && stats.size === 0) return false;
    return linkKind(path, this.#cache.pathOf(md5, this.#target.legacy)) !== best;
  }

  #markExecutable(now: Found): void {
    if (this.#target.isExecutable && now.kind === 'file' && !now.isExecutable) makeExecutable(this.#path);
  }

  /**
   * Under another name first, so that the file is at every moment the old one or the new one; a link is whole at once.
   * @param isFresh nothing can be there yet
   */
  #place(md5: string, path: string, replaces: boolean, isFresh = false): void {
    const object = this.#cache.pathOf(md5, this.#target.legacy);
    if (!replaces && !isFresh) {
      const standing = lstatSync(path, { throwIfNoEntry: false });
      if (standing?.isDirectory()) rmSync(path, { recursive: true });
      else if (standing) replaces = true;
    }
    const [first] = this.#links;
    const atOnce = !replaces && (first === 'hardlink' || first === 'symlink') && linkAs(first, object, path, md5);
    if (atOnce) return;
    // A new file too: killed in the middle, a copy would stand there in part.
    this.#cache.staging.place(path, replaces, (staging) => this.#link(md5, object, staging));
  }

  #link(md5: string, object: string, path: string): void {
    for (const type of this.#links) {
      if (linkAs(type, object, path, this.#target.legacy === true ? undefined : md5)) {
        if (type !== this.#links[0]) this.#links = this.#links.slice(this.#links.indexOf(type));
        return;
      }
    }
    throw new AssayError(
      'ASSAY_LINK_UNSUPPORTED',
      `the file system can make no ${this.#links.join(' or ')} of ${object} at ${path}`,
      { hint: 'Allow another kind of link: `assay config cache.type copy` always works.' },
    );
  }

  async #remember(md5: string): Promise<void> {
    if (!md5.endsWith('.dir')) {
      const stats = lstatSync(this.#path, { throwIfNoEntry: false });
      if (stats) await this.#cache.remember(this.#path, { kind: 'file', md5 });
      return;
    }
    const entries = this.#cache.directory(md5);
    await this.#cache.remember(this.#path, { kind: 'directory', md5, entries });
  }
}

function replaced(path: string, next: string, standing: ReadonlyMap<string, string>): readonly DirectoryEntry[] {
  const before = standing.get(path);
  return before === undefined || before === next ? [] : [{ path, md5: before }];
}

/** False when the file system does not allow this kind. */
function linkAs(type: LinkType, object: string, path: string, md5: string | undefined): boolean {
  try {
    switch (type) {
      case 'reflink':
        copyFileSync(object, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
        chmodSync(path, writableMode());
        return true;
      case 'copy':
        copyChecked(object, path, md5);
        return true;
      case 'hardlink':
        // Linking all empty files to one inode saves nothing, and DVC does not either.
        if (object.endsWith(emptyObject)) writeFileSync(path, '', { flag: 'wx' });
        else linkSync(object, path);
        return true;
      case 'symlink':
        symlinkSync(object, path);
        return true;
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw missingObject(md5 ?? object, object);
    const refused = ['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY', 'EPERM', 'EMLINK'] as const;
    if (type === 'copy' || !isErrno(error, ...refused)) throw error;
    rmSync(path, { force: true });
    return false;
  }
}

function copyChecked(object: string, path: string, md5: string | undefined): void {
  const bytes = md5 === undefined ? undefined : readSmallFile(object);
  if (md5 === undefined || bytes === undefined) {
    copyFileSync(object, path, constants.COPYFILE_EXCL);
    chmodSync(path, writableMode());
    return;
  }
  if (hash('md5', bytes, 'hex') !== md5.slice(0, 32)) throw damagedObject(md5, object);
  writeNewFile(path, bytes, 0o666);
}

/** The place of what has no bytes, in a cache. */
const emptyObject = 'd4/1d8cd98f00b204e9800998ecf8427e';

function makeExecutable(path: string): void {
  chmodSync(path, (statSync(path).mode & 0o777) | 0o100);
}

function removeEmptyFolders(root: string, folders: ReadonlySet<string>): void {
  for (const folder of folders) {
    for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
      try {
        if (readdirSync(join(root, at)).length > 0) break;
        rmdirSync(join(root, at));
      } catch {
        break;
      }
    }
  }
}

function writableMode(): number {
  return 0o666 & ~process.umask();
}

/** How a file in the workspace hangs on its object, if it does. */
export function linkKind(path: string, object: string): 'hardlink' | 'symlink' | undefined {
  const stats: Stats | undefined = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink()) return resolve(dirname(path), readlinkSync(path)) === object ? 'symlink' : undefined;
  const other = lstatSync(object, { throwIfNoEntry: false });
  return stats && other && stats.ino === other.ino && stats.dev === other.dev ? 'hardlink' : undefined;
}
