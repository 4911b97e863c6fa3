import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import type { ClientBase } from 'pg';
import { closeDatabase, openDatabase } from '../../database/index.ts';
import { type Verification, type VerifyOptions, verifyLedger } from '../verify.ts';
import { storeError, storeOf } from './errors.ts';

/** The tables, with the columns that their rows are ordered and found again by. */
const tables = [
  { name: 'record', columns: ['idx', 'hash', 'kind', 'id', 'revision', 'entry'], key: ['idx'] },
  { name: 'node', columns: ['level', 'position', 'hash'], key: ['level', 'position'] },
  { name: 'body', columns: ['slot', 'digest', 'salt', 'bytes', 'object'], key: ['slot'] },
  { name: 'link', columns: ['target', 'type', 'idx'], key: ['target', 'type', 'idx'] },
  { name: 'checkpoint', columns: ['size', 'note'], key: ['size'] },
] as const;
const integers = new Set(['idx', 'revision', 'position', 'slot', 'size']);
const PAGE = 1000;

/**
 * Verifies a ledger in PostgreSQL: its rows are copied, as they are, into a SQLite database in a temporary folder, and verified
 * there. The head, which the copy lacks, is compared with the newest checkpoint.
 */
export async function verifyPostgresLedger(
  options: Omit<VerifyOptions, 'databaseFile'> & { readonly url: string },
): Promise<Verification> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-verify-'));
  const databaseFile = join(folder, 'assay.db');
  try {
    const problem = await copyLedger(options.url, databaseFile, options.signal);
    const verification = await verifyLedger({ ...options, databaseFile });
    if (problem === undefined) return verification;
    const failures = [...verification.failures, { check: 'database' as const, message: problem }];
    return { ...verification, ok: false, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what is wrong with the head */
async function copyLedger(url: string, file: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    application_name: 'assay verify',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  const database = await openDatabase({ file, durability: 'normal' });
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const table of tables) {
      const { name, columns } = table;
      const insert = database.prepare(
        `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      for await (const rows of pagesOf(client, table)) {
        signal?.throwIfAborted();
        database.exec('BEGIN');
        for (const row of rows) insert.run(...columns.map((column) => sqlValue(column, row[column])));
        database.exec('COMMIT');
      }
    }
    const { rows } = await client.query(
      `SELECT head.size, head.note, checkpoint.note AS signed FROM assay.head
       LEFT JOIN assay.checkpoint ON checkpoint.size = (SELECT max(size) FROM assay.checkpoint)`,
    );
    return rows.length === 1 && rows[0].note === rows[0].signed ? undefined : 'its head is not the newest checkpoint';
  } catch (error) {
    throw storeError(error, storeOf(client));
  } finally {
    await client.end().catch(() => {});
    await closeDatabase(database);
  }
}

async function* pagesOf(client: ClientBase, { name, columns, key }: (typeof tables)[number]) {
  let after: unknown[] = [];
  for (;;) {
    const where = after.length > 0 ? `WHERE (${key.join(', ')}) > (${key.map((_, i) => `$${i + 1}`).join(', ')})` : '';
    const sql = `SELECT ${columns.join(', ')} FROM assay.${name} ${where} ORDER BY ${key.join(', ')} LIMIT ${PAGE}`;
    const { rows } = await client.query(sql, after);
    if (rows.length === 0) return;
    yield rows;
    const last = rows.at(-1);
    after = key.map((column) => last[column]);
  }
}

function sqlValue(column: string, value: unknown): SQLInputValue {
  if (integers.has(column)) return Number(value);
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${column} holds a ${typeof value}`);
}
