import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { isErrno } from '../errno.ts';
import { damagedObject, missingObject, storageError } from './errors.ts';
import { hashBytes, hashFile, RunningHashes } from './hashing.ts';
import { type Layout, sha256Layout } from './layout.ts';
import { checkSameContent, ObjectIndex, sameStats, settled } from './object-index.ts';
import type { Hashes, ObjectBatch, ObjectStore } from './object-store.ts';
import { syncPaths } from './sync.ts';

/** Left behind by a process that was killed; no batch takes a day. */
const STALE_MS = 24 * 3600 * 1000;

/** The project's own store: `.assay/objects`, with its index beside the objects. */
export function openObjectStore(root: string): FileObjectStore {
  return new FileObjectStore(sha256Layout(root), new ObjectIndex(join(root, 'index.db')));
}

/** Objects as read-only files in a folder, in one of the two layouts. */
export class FileObjectStore implements ObjectStore {
  readonly algorithm: 'sha256' | 'md5';
  readonly #layout: Layout;
  readonly #index: ObjectIndex;
  #swept = false;

  constructor(layout: Layout, index: ObjectIndex) {
    this.algorithm = layout.algorithm;
    this.#layout = layout;
    this.#index = index;
  }

  /** What remembers hashes of files, shared by the stores of a project. */
  get index(): ObjectIndex {
    return this.#index;
  }

  /** The file that holds an object, or would. */
  pathOf(hash: string): string {
    return this.#layout.pathOf(hash);
  }

  async has(hash: string): Promise<boolean> {
    return (await this.size(hash)) !== undefined;
  }

  async size(hash: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(hash))).size;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async read(hash: string): Promise<Uint8Array> {
    const path = this.pathOf(hash);
    const bytes = await orMissing(readFile(path), hash, path);
    if (this.#nameOf(hashBytes(bytes), hash) !== hash) throw damagedObject(hash, path);
    return bytes;
  }

  stream(hash: string): Readable {
    return Readable.from(this.#verifiedChunks(hash), { objectMode: false });
  }

  /**
   * Hashes an object again, unless the file has the very times it was last found right with.
   * @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`
   */
  async check(hash: string): Promise<Hashes> {
    const path = this.pathOf(hash);
    const hashes = await orMissing(this.#index.hashesOf(path), hash, path);
    if (this.#nameOf(hashes, hash) !== hash) throw damagedObject(hash, path);
    return hashes;
  }

  /**
   * Hashes an object again, whatever is remembered of it.
   * @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`
   */
  async verify(hash: string): Promise<Hashes> {
    const path = this.pathOf(hash);
    const hashes = await orMissing(hashFile(path), hash, path);
    if (this.#nameOf(hashes, hash) !== hash) throw damagedObject(hash, path);
    return hashes;
  }

  async put(bytes: Uint8Array): Promise<Hashes> {
    return this.batch((batch) => batch.put(bytes));
  }

  isThere(hash: string): boolean {
    return existsSync(this.pathOf(hash));
  }

  /** Every object, with when its file last changed. */
  async *list(): AsyncGenerator<{ readonly hash: string; readonly size: number; readonly changedAt: number }> {
    const folder = dirname(dirname(this.pathOf('0'.repeat(this.algorithm === 'md5' ? 32 : 64))));
    for (const prefix of (await readdir(folder).catch(() => [])).sort()) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      for (const name of (await readdir(join(folder, prefix)).catch(() => [])).sort()) {
        const stats = await stat(join(folder, prefix, name)).catch(() => undefined);
        if (stats?.isFile() !== true || !/^[0-9a-f]{30}(?:[0-9a-f]{32})?(?:\.dir)?$/.test(name)) continue;
        yield { hash: prefix + name, size: stats.size, changedAt: Math.max(stats.mtimeMs, stats.ctimeMs) };
      }
    }
  }

  remove(hash: string): void {
    rmSync(this.pathOf(hash), { force: true });
  }

  async batch<T>(work: (batch: FileBatch) => Promise<T>): Promise<T> {
    await this.#sweep();
    const folder = join(this.#layout.temporary, `${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      const batch = new FileBatch(this, folder);
      const result = await work(batch);
      await batch.commit();
      return result;
    } catch (error) {
      throw storageError(error, this.#layout.root);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Closes what it remembers of files, which the stores of a project share. */
  async close(): Promise<void> {
    await this.#index.close();
  }

  /** The name that this store gives to content; a DVC directory's name keeps its `.dir`. */
  #nameOf(hashes: Hashes, like: string): string {
    return like.endsWith('.dir') ? `${hashes[this.algorithm]}.dir` : hashes[this.algorithm];
  }

  async *#verifiedChunks(hash: string): AsyncGenerator<Uint8Array> {
    const path = this.pathOf(hash);
    const hashes = new RunningHashes();
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) {
        hashes.update(chunk);
        yield chunk;
      }
    } catch (error) {
      throw isErrno(error, 'ENOENT') ? missingObject(hash, path) : error;
    }
    if (this.#nameOf(hashes.end(), hash) !== hash) throw damagedObject(hash, path);
  }

  async #sweep(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    const { temporary } = this.#layout;
    for (const name of await readdir(temporary).catch(() => [])) {
      if (!/^\d+-[0-9a-f]{12}$/.test(name)) continue;
      const path = join(temporary, name);
      const stats = await stat(path).catch(() => undefined);
      if (stats && Date.now() - stats.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

/** Files on their way into a store: written beside it, synced together, then renamed to their names. */
export class FileBatch implements ObjectBatch {
  readonly #store: FileObjectStore;
  readonly #folder: string;
  /** By name in the store. */
  readonly #written = new Map<string, { readonly temporary: string; readonly hashes: Hashes }>();
  readonly #pairs: Hashes[] = [];
  #counter = 0;

  constructor(store: FileObjectStore, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  async put(bytes: Uint8Array): Promise<Hashes> {
    const hashes = hashBytes(bytes);
    await this.#putNamed(hashes[this.#store.algorithm], hashes, bytes);
    return hashes;
  }

  /** A directory's list in DVC's form, whose name ends in `.dir`; into an MD5 store only. */
  async putDvcDirectory(bytes: Uint8Array): Promise<Hashes> {
    const hashes = hashBytes(bytes);
    await this.#putNamed(`${hashes.md5}.dir`, hashes, bytes);
    return hashes;
  }

  async putFile(path: string): Promise<Hashes> {
    const { index, algorithm } = this.#store;
    const before = await stat(path, { bigint: true });
    const known = await index.known(before);
    if (known !== undefined && (await this.#holds(known[algorithm], known))) return known;
    await settled(before);
    const { temporary, hashes } = await this.#copy(path);
    const after = await stat(path, { bigint: true });
    if (sameStats(before, after)) index.learn(after, hashes);
    await this.#keep(hashes[algorithm], hashes, temporary);
    return hashes;
  }

  /** Makes all of it durable under its names. */
  async commit(): Promise<void> {
    await this.#store.index.remember(this.#pairs);
    const files = [...this.#written];
    if (files.length === 0) return;
    await syncPaths(
      files.map(([, { temporary }]) => temporary),
      this.#folder,
    );
    const folders = new Set<string>();
    for (const [name, { temporary }] of files) {
      const path = this.#store.pathOf(name);
      const folder = dirname(path);
      if ((await mkdir(folder, { recursive: true })) !== undefined) folders.add(dirname(folder));
      folders.add(folder);
      await rename(temporary, path);
    }
    await syncPaths([...folders], this.#folder);
  }

  async #putNamed(name: string, hashes: Hashes, bytes: Uint8Array): Promise<void> {
    if (await this.#holds(name, hashes)) return;
    const temporary = await this.#temporaryPath();
    const file = await open(temporary, 'wx', 0o444);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    this.#written.set(name, { temporary, hashes });
  }

  async #copy(path: string): Promise<{ temporary: string; hashes: Hashes }> {
    const temporary = await this.#temporaryPath();
    const copy = await open(temporary, 'wx', 0o444);
    try {
      const hashes = await hashFile(path, async (chunk) => {
        await copy.writeFile(chunk);
      });
      return { temporary, hashes };
    } finally {
      await copy.close();
    }
  }

  async #keep(name: string, hashes: Hashes, temporary: string): Promise<void> {
    if (await this.#holds(name, hashes)) await rm(temporary);
    else this.#written.set(name, { temporary, hashes });
  }

  /** Whether the store, or this batch, has the content already. An object that was damaged is replaced. */
  async #holds(name: string, hashes: Hashes): Promise<boolean> {
    const { index, algorithm } = this.#store;
    this.#pairs.push(hashes);
    const written = this.#written.get(name)?.hashes;
    if (written !== undefined) {
      checkSameContent(written, hashes);
      return true;
    }
    if ((await this.#store.size(name)) !== hashes.size) return false;
    const stored = await index.hashesOf(this.#store.pathOf(name));
    if (stored[algorithm] !== hashes[algorithm]) return false;
    checkSameContent(stored, hashes);
    return true;
  }

  async #temporaryPath(): Promise<string> {
    if (this.#counter === 0) await mkdir(this.#folder, { recursive: true });
    return join(this.#folder, String(this.#counter++));
  }
}

async function orMissing<T>(work: Promise<T>, hash: string, path: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? missingObject(hash, path) : error;
  }
}
