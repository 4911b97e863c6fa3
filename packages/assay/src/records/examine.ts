import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, readTransaction } from '../database/index.ts';
import { AssayError } from '../errors.ts';
import type { Verifier } from './proof/index.ts';
import { checkSignature, readHead, type SignedCheckpoint } from './sqlite-head.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { standingAgainst, type Witness } from './standing.ts';
import { rootAt } from './tree.ts';

/** The newest checkpoint, after the ledger was found to be what it, and everything outside that knows the ledger, vouch for. */
export async function examine(
  database: DatabaseSync,
  databaseFile: string,
  reader: SqliteReader,
  verifiers: readonly Verifier[],
  witnesses: readonly (Witness | undefined)[],
): Promise<SignedCheckpoint | undefined> {
  return readTransaction(database, databaseFile, () => {
    const { newest } = readHead(reader);
    if (newest) checkSignature(newest, verifiers);
    const rootOf = (size: number) => rootAt((level, position) => reader.node(level, position), size);
    for (const witness of witnesses) {
      const problem = witness && standingAgainst(witness, newest?.size ?? 0, rootOf);
      if (problem) throw problem;
    }
    return newest;
  });
}

/**
 * Examines a database with a log of a killed process before it is opened for writing: a connection that may write folds the
 * log into the database. If the log is what is damaged, it must stay as it is.
 */
export async function examineLog(
  databaseFile: string,
  verifiers: readonly Verifier[],
  witnesses: readonly (Witness | undefined)[],
): Promise<void> {
  if ((statSync(`${databaseFile}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  let database: DatabaseSync | undefined;
  try {
    database = await openDatabase({ file: databaseFile, readOnly: true });
    await examine(database, databaseFile, new SqliteReader(database), verifiers, witnesses);
  } catch (error) {
    // A schema that is still to be made, or brought up to date.
    if (!(error instanceof AssayError && error.code === 'ASSAY_DATABASE_OLDER')) throw error;
  } finally {
    database?.close();
  }
}
