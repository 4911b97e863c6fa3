import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { closeDatabase, type Migration, openDatabase, retryWhileBusy, writeTransaction } from '../database/index.ts';
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
  readonly #file: string;
  #opening: Promise<Connection> | undefined;
  #pending: { readonly stats: BigIntStats; readonly hashes: Hashes }[] = [];

  /** Opened, and made, when it is first asked. The file may be removed: it is made again as files are hashed. */
  constructor(file: string) {
    this.#file = file;
  }

  /** The SHA-256 of the content that an MD5 stood for until now. */
  async sha256Of(md5: string): Promise<string | undefined> {
    const connection = await this.#connection();
    return retryWhileBusy(() => pairOf(connection, md5));
  }

  /**
   * Remembers which hashes go together, and what files hashed to since the last time.
   * @throws AssayError `ASSAY_OBJECT_MD5_COLLISION` when an MD5 stands for another content already; nothing is remembered then.
   */
  async remember(pairs: readonly Hashes[]): Promise<void> {
    if (pairs.length === 0 && this.#pending.length === 0) return;
    const connection = await this.#connection();
    const files = this.#pending;
    this.#pending = [];
    await writeTransaction(connection.database, this.#file, () => {
      for (const hashes of pairs) {
        const sha256 = pairOf(connection, hashes.md5);
        if (sha256 === undefined) connection.addPair.run(hashes.md5, hashes.sha256);
        else checkSameContent({ md5: hashes.md5, sha256 }, hashes);
      }
      for (const { stats, hashes } of files) connection.addFile.run(...statKey(stats), hashes.md5, hashes.sha256);
    });
  }

  /**
   * What a file hashes to, read only when its device, inode, size or times are not those it was hashed with last.
   * @throws AssayError `ASSAY_FILE_CHANGING`
   */
  async hashesOf(path: string): Promise<Hashes> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = await stat(path, { bigint: true });
      const known = await this.known(before);
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

  /** What a file with these times was last found to hold. */
  async known(stats: BigIntStats): Promise<Hashes | undefined> {
    const { findFile } = await this.#connection();
    const row = await retryWhileBusy(() => findFile.get(...statKey(stats)));
    if (typeof row?.md5 !== 'string' || typeof row.sha256 !== 'string') return undefined;
    return { md5: row.md5, sha256: row.sha256, size: Number(stats.size) };
  }

  /** Told of a file that was read from start to end after `settled`; kept by the next `remember`. */
  learn(stats: BigIntStats, hashes: Hashes): void {
    if (!isCoarse(stats)) this.#pending.push({ stats, hashes });
  }

  async close(): Promise<void> {
    if (this.#opening === undefined) return;
    await this.remember([]);
    const { database } = await this.#opening;
    this.#opening = undefined;
    await closeDatabase(database);
  }

  #connection(): Promise<Connection> {
    this.#opening ??= connect(this.#file);
    return this.#opening;
  }
}

interface Connection {
  readonly database: DatabaseSync;
  readonly findPair: StatementSync;
  readonly addPair: StatementSync;
  readonly findFile: StatementSync;
  readonly addFile: StatementSync;
}

async function connect(file: string): Promise<Connection> {
  const database = await openDatabase({ file, migrations, durability: 'normal' });
  return {
    database,
    findPair: database.prepare('SELECT sha256 FROM pair WHERE md5 = ?'),
    addPair: database.prepare('INSERT INTO pair (md5, sha256) VALUES (?, ?)'),
    findFile: database.prepare(
      'SELECT md5, sha256 FROM file WHERE dev = ? AND ino = ? AND size = ? AND mtime = ? AND ctime = ?',
    ),
    addFile: database.prepare(
      'INSERT OR REPLACE INTO file (dev, ino, size, mtime, ctime, md5, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
  };
}

function pairOf({ findPair }: Connection, md5: string): string | undefined {
  const sha256 = findPair.get(md5)?.sha256;
  return typeof sha256 === 'string' ? sha256 : undefined;
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
