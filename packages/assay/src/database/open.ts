import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncDirectory } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { databaseError } from './errors.ts';
import { type Migration, migrations } from './migrations/index.ts';
import { retryWhileBusy } from './transaction.ts';

export interface OpenOptions {
  readonly file: string;
  /** For looking only: nothing is created or migrated. */
  readonly readOnly?: boolean;
  /** The schema's steps; those of `assay.db` unless told otherwise. */
  readonly migrations?: readonly Migration[];
  /** `full`: a commit is on the disk when it returns. `normal`: a cache, which may lose its last commits with the power. */
  readonly durability?: 'full' | 'normal';
}

/** "assa" in ASCII: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x61737361;
const OPENING_TIMEOUT_MS = 5_000;

/**
 * Opens a SQLite database in WAL mode and brings its schema up to date.
 *
 * SQLite's own waiting blocks the event loop, so it is used while opening only; afterwards a locked database fails at once,
 * and writers wait with {@link writeTransaction}.
 *
 * @throws AssayError `ASSAY_DATABASE_NEWER`, `ASSAY_DATABASE_FOREIGN`, and those of `databaseError`.
 */
export async function openDatabase(options: OpenOptions): Promise<DatabaseSync> {
  const { file, readOnly = false } = options;
  const steps = options.migrations ?? migrations;
  let database: DatabaseSync | undefined;
  try {
    if (!readOnly) mkdirSync(dirname(file), { recursive: true });
    const opened = new DatabaseSync(file, { readOnly, timeout: OPENING_TIMEOUT_MS, enableForeignKeyConstraints: true });
    database = opened;
    // Switching to WAL ignores the busy handler when two processes do it at once.
    if (!readOnly) await retryWhileBusy(() => opened.exec('PRAGMA journal_mode = WAL'));
    // 16 MB: pages that many commits touch are written back once.
    opened.exec('PRAGMA wal_autocheckpoint = 4000');
    // 64 MB at most: hashes are added all over their indexes, whose pages would otherwise be read again for each.
    opened.exec('PRAGMA cache_size = -65536');
    opened.exec(`PRAGMA synchronous = ${options.durability === 'normal' ? 'NORMAL' : 'FULL'}`);
    await retryWhileBusy(() => (readOnly ? checkSchema(opened, file, steps) : migrate(opened, file, steps)));
    opened.exec('PRAGMA busy_timeout = 0');
    return opened;
  } catch (error) {
    database?.close();
    throw databaseError(error, file);
  }
}

/** Folds the write-ahead log into the database file, so that a closed database is one file, and closes it. */
export async function closeDatabase(database: DatabaseSync): Promise<void> {
  if (!database.isOpen) return;
  try {
    // Another process that reads just now keeps its log; the last one to close folds it.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Nothing is lost: the log stays beside the database.
  }
  database.close();
}

/**
 * What is wrong with the pages of a database, for SQLite itself and against the schema it was given; empty when nothing.
 * @param tables the tables whose pages are looked at; all of them unless told otherwise
 */
export function pageDamage(
  database: DatabaseSync,
  steps: readonly Migration[] = migrations,
  tables?: readonly string[],
): readonly string[] {
  const rows = (tables ?? ['20']).flatMap((table) => database.prepare(`PRAGMA integrity_check(${table})`).all());
  const damage = rows.map((row) => String(row.integrity_check)).filter((message) => message !== 'ok');
  const made = new DatabaseSync(':memory:');
  try {
    for (const { sql } of steps) made.exec(sql);
    const [is, should] = [definitions(database), definitions(made)];
    const names = new Set([...is.keys(), ...should.keys()]);
    const changed = [...names].filter((name) => is.get(name) !== should.get(name));
    return [...damage, ...changed.map((name) => `the definition of ${name} is not the one it was made with`)];
  } finally {
    made.close();
  }
}

function definitions(database: DatabaseSync): ReadonlyMap<string, string> {
  // SQLite makes tables of its own for its statistics.
  const rows = database
    .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'")
    .all();
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, `${row.tbl_name} ${row.sql}`]));
}

function migrate(database: DatabaseSync, file: string, steps: readonly Migration[]): void {
  if (schemaVersion(database, file, steps) === steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have done it meanwhile.
    const from = schemaVersion(database, file, steps);
    for (const step of steps.slice(from)) database.exec(step.sql);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${steps.length}`);
    database.exec('COMMIT');
    if (from === 0) syncDirectory(dirname(file));
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function checkSchema(database: DatabaseSync, file: string, steps: readonly Migration[]): void {
  const version = schemaVersion(database, file, steps);
  if (version === steps.length) return;
  throw new AssayError(
    'ASSAY_DATABASE_OLDER',
    `${file} has schema ${version}, this version of Assay reads ${steps.length}`,
    {
      hint: 'Any command that writes, such as `assay run`, brings it up to date.',
    },
  );
}

function schemaVersion(database: DatabaseSync, file: string, steps: readonly Migration[]): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  const application = Number(database.prepare('PRAGMA application_id').get()?.application_id ?? 0);
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0);
  if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || tables !== 0)) {
    throw new AssayError('ASSAY_DATABASE_FOREIGN', `${file} is a database, but not one of Assay's`, {
      hint: 'Move it away; Assay makes its own.',
    });
  }
  if (version > steps.length) {
    throw new AssayError(
      'ASSAY_DATABASE_NEWER',
      `${file} was written by a newer version of Assay: its schema is ${version}, this version knows ${steps.length}`,
      { hint: 'Use the newer version. Nothing was changed.' },
    );
  }
  return version;
}
