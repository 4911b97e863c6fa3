import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseError, isBusy } from './errors.ts';

const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 13;

/** Runs `attempt` until it does not fail for a lock, pausing a random while between, without blocking the event loop. */
export async function retryWhileBusy<T>(attempt: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await delay(1 + Math.random() * LONGEST_PAUSE_MS);
  }
}

/**
 * Runs `work` inside `BEGIN IMMEDIATE … COMMIT`; all of it is kept or nothing. `work` is synchronous, and begins in the same
 * turn as the transaction, so that nothing else of this process comes between its statements.
 *
 * @throws AssayError as `databaseError` says, or what `work` throws.
 */
export async function writeTransaction<T>(database: DatabaseSync, file: string, work: () => T): Promise<T> {
  try {
    const outcome = await retryWhileBusy(() => {
      database.exec('BEGIN IMMEDIATE');
      // What fails from here on is not tried again: `work` may have effects outside the database.
      try {
        const value = work();
        database.exec('COMMIT');
        return { value };
      } catch (error) {
        // After a full disk SQLite may have rolled back by itself.
        if (database.isTransaction) database.exec('ROLLBACK');
        return { error };
      }
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  } catch (error) {
    throw databaseError(error, file);
  }
}

/** Reads that must see one state: a deferred transaction, tried again when a lock is in the way. */
export async function readTransaction<T>(database: DatabaseSync, file: string, work: () => T): Promise<T> {
  try {
    return await retryWhileBusy(() => {
      database.exec('BEGIN');
      try {
        return work();
      } finally {
        if (database.isTransaction) database.exec('COMMIT');
      }
    });
  } catch (error) {
    throw databaseError(error, file);
  }
}
