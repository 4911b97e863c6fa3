import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { closeDatabase, type Migration, openDatabase, writeTransaction } from '../database/index.ts';
import { AssayError } from '../errors.ts';
import { hashFile } from './hashing.ts';
import type { Hashes } from './object-store.ts';

const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'object index',
    sql: `
      CREATE TABLE pair (md5 TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE file (
        dev INTEGER NOT NULL, ino INTEGER NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL,
        md5 TEXT NOT NULL, sha256 TEXT NOT NULL,
        PRIMARY KEY (dev, ino)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** The clocks of file systems tick this often at the most; a change within one tick may leave no trace in the times. */
const TICK_NS = 20_000_000n;

/**
 * What is known of files and hashes, in a database of its own: which SHA-256 goes with an MD5, and what a file hashed to when
 * it had a certain device, inode, size, and times. A cache, but for one thing: two contents with one MD5 are noticed by it.
 */
export class ObjectIndex {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #findPair: StatementSync;
  readonly #addPair: StatementSync;
  readonly #findFile: StatementSync;
  readonly #addFile: StatementSync;
  #pending: { readonly stats: BigIntStats; readonly hashes: Hashes }[] = [];

  private constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
    this.#findPair = database.prepare('SELECT sha256 FROM pair WHERE md5 = ?');
    this.#addPair = database.prepare('INSERT OR IGNORE INTO pair (md5, sha256) VALUES (?, ?)');
    this.#findFile = database.prepare(
      'SELECT md5, sha256 FROM file WHERE dev = ? AND ino = ? AND size = ? AND mtime = ? AND ctime = ?',
    );
    this.#addFile = database.prepare(
      'INSERT OR REPLACE INTO file (dev, ino, size, mtime, ctime, md5, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** @throws AssayError as `openDatabase` does. The file may be removed: it is made again as files are hashed. */
  static async open(file: string): Promise<ObjectIndex> {
    return new ObjectIndex(await openDatabase({ file, migrations, durability: 'normal' }), file);
  }

  /** The SHA-256 of the content that an MD5 stood for until now. */
  sha256Of(md5: string): string | undefined {
    const sha256 = this.#findPair.get(md5)?.sha256;
    return typeof sha256 === 'string' ? sha256 : undefined;
  }

  /**
   * Remembers which hashes go together, and what files hashed to since the last time.
   * @throws AssayError `ASSAY_OBJECT_MD5_COLLISION` when an MD5 stands for another content already; nothing is remembered then.
   */
  async remember(pairs: readonly Hashes[]): Promise<void> {
    const files = this.#pending;
    this.#pending = [];
    if (pairs.length === 0 && files.length === 0) return;
    await writeTransaction(this.#database, this.#file, () => {
      for (const hashes of pairs) {
        const sha256 = this.sha256Of(hashes.md5);
        if (sha256 !== undefined) checkSameContent({ md5: hashes.md5, sha256 }, hashes);
        this.#addPair.run(hashes.md5, hashes.sha256);
      }
      for (const { stats, hashes } of files) this.#addFile.run(...statKey(stats), hashes.md5, hashes.sha256);
    });
  }

  /** What a file hashes to, read only when its device, inode, size or times are not those it was hashed with last. */
  async hashesOf(path: string): Promise<Hashes> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = await stat(path, { bigint: true });
      const known = this.known(before);
      if (known !== undefined) return known;
      await settled(before);
      const hashes = await hashFile(path);
      const after = await stat(path, { bigint: true });
      if (!sameStats(before, after)) continue;
      this.learn(after, hashes);
      return hashes;
    }
    throw new AssayError('ASSAY_FILE_CHANGING', `${path} keeps changing while it is read`, {
      hint: 'Wait until whatever writes it has finished.',
    });
  }

  known(stats: BigIntStats): Hashes | undefined {
    const row = this.#findFile.get(...statKey(stats));
    if (typeof row?.md5 !== 'string' || typeof row.sha256 !== 'string') return undefined;
    return { md5: row.md5, sha256: row.sha256, size: Number(stats.size) };
  }

  /** Told of a file that was read from start to end after `settled`; kept by the next `remember`. */
  learn(stats: BigIntStats, hashes: Hashes): void {
    if (!isCoarse(stats)) this.#pending.push({ stats, hashes });
  }

  async close(): Promise<void> {
    await this.remember([]);
    await closeDatabase(this.#database);
  }
}

/** @throws AssayError `ASSAY_OBJECT_MD5_COLLISION` when one MD5 stands for two contents. */
export function checkSameContent(a: Pick<Hashes, 'md5' | 'sha256'>, b: Pick<Hashes, 'md5' | 'sha256'>): void {
  if (a.md5 !== b.md5 || a.sha256 === b.sha256) return;
  throw new AssayError(
    'ASSAY_OBJECT_MD5_COLLISION',
    `two different contents have the MD5 ${a.md5}: their SHA-256 are ${a.sha256} and ${b.sha256}`,
    { hint: 'Such files are made on purpose. Find out where the newer one comes from; DVC cannot tell the two apart.' },
  );
}

/**
 * Waits until a change of the file would show in its times: what was changed just now could change again within the same tick
 * of the clock, after it was read. Git calls this racily clean, and reads such files again each time.
 */
export async function settled(stats: BigIntStats): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const recent = [now - stats.mtimeNs, now - stats.ctimeNs].some((age) => age < TICK_NS && age > -TICK_NS);
  if (recent) await delay(Number(TICK_NS / 1_000_000n) + 1);
}

export function sameStats(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

/** A file system that keeps whole seconds only, or a time still to come: its times prove nothing. */
function isCoarse(stats: BigIntStats): boolean {
  const now = BigInt(Date.now()) * 1_000_000n;
  return stats.ctimeNs % 1_000_000_000n === 0n || stats.ctimeNs > now || stats.mtimeNs > now;
}

function statKey(stats: BigIntStats): [bigint, bigint, bigint, bigint, bigint] {
  return [BigInt.asIntN(64, stats.dev), BigInt.asIntN(64, stats.ino), stats.size, stats.mtimeNs, stats.ctimeNs];
}
