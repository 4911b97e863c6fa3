import type { LedgerOptions } from '../ledger.ts';
import { openLedger, readOutside } from '../opening.ts';
import type { RecordStore } from '../store.ts';
import { storeError, storeOf } from './errors.ts';
import { prepareSchema } from './schema.ts';
import { PostgresStorage } from './storage.ts';

export interface PostgresRecordsOptions extends LedgerOptions {
  /** `postgres://user@host:port/database`; what it leaves out comes from PostgreSQL's own environment variables. */
  readonly url: string;
}

/**
 * Opens the ledger in a PostgreSQL database, making its tables when they are not there.
 *
 * @throws AssayError those of opening a ledger, and `ASSAY_LEDGER_STORE_…` of the server
 */
export async function openPostgresRecords(options: PostgresRecordsOptions): Promise<RecordStore> {
  const outside = readOutside(options);
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 4,
    connectionTimeoutMillis: 10_000,
    application_name: 'assay',
    keepAlive: true,
  });
  // An idle connection that breaks is replaced when it is next needed.
  pool.on('error', () => {});
  // One that breaks while it is in use fails the query that waits on it.
  pool.on('connect', (client) => client.on('error', () => {}));
  const store = storeOf(new pg.Client({ connectionString: options.url }));
  try {
    const client = await pool.connect();
    try {
      await prepareSchema(client, store, options.signer.name);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw storeError(error, store);
  }
  return openLedger(new PostgresStorage(pool, store), options, outside);
}
