import { statSync } from 'node:fs';
import { databaseError, openDatabase } from '../../database/index.ts';
import { AssayError } from '../../errors.ts';
import { Ledger, type LedgerOptions } from '../ledger.ts';
import { examine, type Outside, openLedger, readOutside } from '../opening.ts';
import type { RecordStore } from '../store.ts';
import { SqliteStorage } from './storage.ts';

export interface SqliteRecordsOptions extends LedgerOptions {
  readonly databaseFile: string;
}

/**
 * Opens the ledger of a project, making it when it is not there.
 *
 * @throws AssayError `ASSAY_LEDGER_BEHIND` or `ASSAY_LEDGER_FORKED` when the database is not what its checkpoint file or its
 * high-water mark vouch for, `ASSAY_LEDGER_DAMAGED`, `ASSAY_CHECKPOINT_FILE_INVALID`, and those of `openDatabase`.
 */
export async function openSqliteRecords(options: SqliteRecordsOptions): Promise<RecordStore> {
  const outside = readOutside(options);
  const file = options.databaseFile;
  await examineLog(file, outside);
  const database = await openDatabase({ file });
  try {
    return await openLedger(new SqliteStorage(database, file), options, outside);
  } catch (error) {
    throw databaseError(error, file);
  }
}

/**
 * Opens the ledger of a project without leave to change anything: its files stay as they are, to the byte. It is not compared
 * with what is known of it elsewhere: `verifyLedger` does that.
 *
 * @throws AssayError those of `openDatabase`
 */
export async function readSqliteRecords(options: SqliteRecordsOptions): Promise<RecordStore> {
  const database = await openDatabase({ file: options.databaseFile, readOnly: true });
  return new Ledger(new SqliteStorage(database, options.databaseFile), options);
}

/**
 * Examines a database with a log of a killed process before it is opened for writing: a connection that may write folds the
 * log into the database. If the log is what is damaged, it must stay as it is.
 */
async function examineLog(file: string, outside: Outside): Promise<void> {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  try {
    const database = await openDatabase({ file, readOnly: true });
    try {
      await examine(new SqliteStorage(database, file), outside);
    } finally {
      database.close();
    }
  } catch (error) {
    // A schema that is still to be made, or brought up to date.
    if (!(error instanceof AssayError && error.code === 'ASSAY_DATABASE_OLDER')) throw error;
  }
}
