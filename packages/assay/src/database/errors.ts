import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AssayError } from '../errors.ts';

// Primary result codes: https://sqlite.org/rescode.html
const ERROR = 1;
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** SQLite's primary result code, when that is what failed. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return undefined;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY;
}

/** Whether an error says that stored pages cannot be read as a database. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOTADB || (code === ERROR && lacksDefinition(error));
}

/** Our statements fit the schema that our migrations make: what they miss was there. */
function lacksDefinition(error: unknown): boolean {
  return error instanceof Error && /^(?:no such (?:table|column|index)|table \S+ has no column)/.test(error.message);
}

function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < 64 * 1024;
  } catch {
    return false;
  }
}

/** What a failed statement means to a person. Errors that are not SQLite's, or are mistakes of ours, pass unchanged. */
export function databaseError(error: unknown, file: string): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const code = isDamage(error) ? CORRUPT : sqliteCode(error);
  // On a full disk the files beside the database cannot be made either, which SQLite calls an I/O error.
  switch (code === IOERR && isFull(file) ? FULL : code) {
    case BUSY:
      return new AssayError('ASSAY_DATABASE_BUSY', `another process keeps ${file} locked`, {
        hint: 'Wait for it to end, or end it; nothing was changed.',
        cause: error,
      });
    case READONLY:
      return new AssayError('ASSAY_DATABASE_READ_ONLY', `${file} cannot be written`, {
        hint: 'Check the permissions of the file and its folder; SQLite also writes `-wal` and `-shm` files beside it.',
        cause: error,
      });
    case CORRUPT:
      return new AssayError('ASSAY_DATABASE_DAMAGED', `${file} is damaged: ${message}`, {
        hint: 'Keep the file as it is, restore the folder from a backup, and run `assay verify`.',
        cause: error,
      });
    case FULL:
      return new AssayError('ASSAY_DATABASE_FULL', `there is no room to write ${file}`, {
        hint: 'Free some disk space and try again; nothing of the refused write was kept.',
        cause: error,
      });
    case IOERR:
      return new AssayError('ASSAY_DATABASE_IO', `reading or writing ${file} failed: ${message}`, {
        hint: 'Check the disk; SQLite does not work on network file systems.',
        cause: error,
      });
    case CANTOPEN:
      return new AssayError('ASSAY_DATABASE_CANNOT_OPEN', `${file} cannot be opened`, {
        hint: 'Check that the folder exists and may be written.',
        cause: error,
      });
    default:
      return error;
  }
}
