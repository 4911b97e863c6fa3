import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { hexOf, nodeHasher } from '../hashing.ts';
import { damagedLedger } from '../head.ts';
import { equalBytes } from '../proof/index.ts';
import type { SealedRecord } from '../record.ts';
import type { SealedBatch } from '../sealing.ts';
import type { BodyRow, Calls, NewRows, NodeRow, Seal, Storage, StoredCheckpoint } from '../storage.ts';
import type { ListQuery } from '../store.ts';
import { storedRecord } from '../stored-record.ts';
import { isLost, storeError } from './errors.ts';
import { readNodes, readSnapshot } from './snapshot.ts';

const ROW = 'idx, hash, entry';
/** A server that is restarted comes back within this time, or the append fails. */
const PATIENCE_MS = 15_000;

/**
 * A ledger in PostgreSQL. A commit locks the one row of `assay.head`, so that no two processes ever seal on top of the same
 * size, and all else is what the lock's holder reads and writes in one transaction.
 */
export class PostgresStorage implements Storage {
  readonly #pool: Pool;
  readonly #store: string;

  /** @param store its address, for messages */
  constructor(pool: Pool, store: string) {
    this.#pool = pool;
    this.#store = store;
  }

  async commit(calls: Calls, seal: Seal): Promise<SealedBatch> {
    const deadline = performance.now() + PATIENCE_MS;
    let doubtful: SealedBatch | undefined;
    for (;;) {
      try {
        return await this.#locked(async (client, head) => {
          // The lock is ours: what was sent over a lost connection was kept, or never will be.
          if (doubtful && (await isKept(client, doubtful))) return doubtful;
          doubtful = undefined;
          const sealed = seal(await readSnapshot(client, head, calls));
          if (sealed.added) {
            await write(client, sealed.added.rows);
            doubtful = sealed;
          }
          return sealed;
        });
      } catch (error) {
        if (!isLost(error) || performance.now() > deadline) throw storeError(error, this.#store);
      }
      await delay(100);
    }
  }

  async head() {
    const [row] = await this.#query('SELECT size, note FROM assay.head');
    return headOf(row);
  }

  async nodes(places: readonly Omit<NodeRow, 'hash'>[]): Promise<readonly Uint8Array[]> {
    const read = await readNodes((sql, values) => this.#query(sql, values), places);
    return places.map(({ level, position }) => read(level, position));
  }

  async at(index: number) {
    // An index that no bigint can be.
    if (!Number.isSafeInteger(index)) return undefined;
    return (await this.#records(`SELECT ${ROW} FROM assay.record WHERE idx = $1`, [index]))[0];
  }

  async byHash(hash: Uint8Array) {
    return (await this.#records(`SELECT ${ROW} FROM assay.record WHERE hash = $1`, [hash]))[0];
  }

  async hashesBetween(first: Uint8Array, last: Uint8Array, limit: number) {
    const rows = await this.#query(
      'SELECT hash FROM assay.record WHERE hash BETWEEN $1 AND $2 ORDER BY hash LIMIT $3',
      [first, last, limit],
    );
    return rows.map(({ hash }) => hexOf(hash));
  }

  async latest(kind: string, id: string) {
    const sql = `SELECT ${ROW} FROM assay.record WHERE kind = $1 AND id = $2 ORDER BY revision DESC LIMIT 1`;
    return (await this.#records(sql, [kind, id]))[0];
  }

  async history(kind: string, id: string) {
    return this.#records(`SELECT ${ROW} FROM assay.record WHERE kind = $1 AND id = $2 ORDER BY revision`, [kind, id]);
  }

  async list({ kind, id, before, limit }: ListQuery) {
    const sql = `SELECT ${ROW} FROM assay.record
      WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR id = $2) AND ($3::bigint IS NULL OR idx < $3)
      ORDER BY idx DESC LIMIT $4`;
    return this.#records(sql, [kind, id, before, limit]);
  }

  async range(start: number, end: number) {
    return this.#records(`SELECT ${ROW} FROM assay.record WHERE idx >= $1 AND idx < $2 ORDER BY idx`, [start, end]);
  }

  async linked(target: Uint8Array, types: readonly number[]) {
    const sql = `SELECT ${ROW} FROM assay.record
      WHERE idx IN (SELECT idx FROM assay.link WHERE target = $1 AND type = ANY ($2)) ORDER BY idx`;
    return this.#records(sql, [target, types]);
  }

  async body(digest: Uint8Array): Promise<Omit<BodyRow, 'slot' | 'digest'> | undefined> {
    const [row] = await this.#query('SELECT salt, bytes, object FROM assay.body WHERE digest = $1', [digest]);
    return row && { salt: row.salt, bytes: row.bytes ?? undefined, object: row.object ?? undefined };
  }

  async whileUnused(object: Uint8Array, remove: () => void): Promise<void> {
    await this.#locked(async (client) => {
      const { rows } = await client.query(
        `SELECT EXISTS (SELECT FROM assay.body WHERE object = $1)
             OR EXISTS (SELECT FROM assay.link l WHERE target = $1 AND type <> 0
                        AND EXISTS (SELECT FROM assay.body WHERE slot = 2 * l.idx)) AS used`,
        [object],
      );
      if (!rows[0].used) remove();
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Runs `work` in a transaction that holds the head's lock. */
  async #locked<T>(work: (client: PoolClient, head: Awaited<ReturnType<Storage['head']>>) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT size, note FROM assay.head FOR UPDATE');
      const value = await work(client, headOf(rows[0]));
      await client.query('COMMIT');
      client.release();
      return value;
    } catch (error) {
      const isUsable =
        !isLost(error) &&
        (await client.query('ROLLBACK').then(
          () => true,
          () => false,
        ));
      client.release(!isUsable);
      throw error;
    }
  }

  async #records(sql: string, values: readonly unknown[]): Promise<readonly SealedRecord[]> {
    return (await this.#query(sql, values)).map(({ idx, hash, entry }) => storedRecord(Number(idx), hash, entry));
  }

  async #query(sql: string, values: readonly unknown[] = []) {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return (await this.#pool.query(sql, [...values])).rows;
      } catch (error) {
        if (!isLost(error) || performance.now() > deadline) throw storeError(error, this.#store);
      }
      await delay(100);
    }
  }
}

function headOf(row: { readonly size: string; readonly note: string | null } | undefined): {
  readonly size: number;
  readonly checkpoint: StoredCheckpoint | undefined;
} {
  if (row === undefined) throw damagedLedger('its head is missing');
  const size = Number(row.size);
  return { size, checkpoint: row.note === null ? undefined : { size, note: row.note } };
}

async function isKept(client: PoolClient, { added }: SealedBatch): Promise<boolean> {
  if (added === undefined) return true;
  const { size, note } = added.rows.checkpoint;
  const { rows } = await client.query('SELECT note FROM assay.checkpoint WHERE size = $1', [size]);
  return rows[0]?.note === note;
}

async function write(client: PoolClient, rows: NewRows): Promise<void> {
  const { start, records, bodies, links, nodes, checkpoint, redacted } = rows;
  const insert = (sql: string, ...columns: readonly (readonly unknown[])[]) => client.query(sql, [...columns]);
  await insert(
    `INSERT INTO assay.record (idx, hash, kind, id, revision, entry)
     SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::bigint[], $6::bytea[])`,
    records.map(({ index }) => index),
    records.map(({ hash }) => Buffer.from(hash, 'hex')),
    records.map(({ record }) => record.kind),
    records.map(({ record }) => record.id),
    records.map(({ record }) => record.revision),
    records.map(({ entry }) => Buffer.from(entry)),
  );
  await insert(
    `INSERT INTO assay.body (slot, digest, salt, bytes, object)
     SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])`,
    bodies.map(({ slot }) => slot),
    bodies.map(({ digest }) => Buffer.from(digest)),
    bodies.map(({ salt }) => Buffer.from(salt)),
    bodies.map(({ bytes }) => bytes && Buffer.from(bytes)),
    bodies.map(({ object }) => object && Buffer.from(object)),
  );
  if (links.length > 0) {
    await insert(
      'INSERT INTO assay.link (target, type, idx) SELECT * FROM unnest($1::bytea[], $2::int[], $3::bigint[])',
      links.map(({ target }) => Buffer.from(target)),
      links.map(({ type }) => type),
      links.map(({ index }) => index),
    );
  }
  if (nodes.length > 0) {
    await insert(
      'INSERT INTO assay.node (level, position, hash) SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])',
      nodes.map(({ level }) => level),
      nodes.map(({ position }) => position),
      nodes.map(({ hash }) => Buffer.from(hash)),
    );
  }
  if (redacted.length > 0) await client.query('DELETE FROM assay.body WHERE slot = ANY ($1::bigint[])', [redacted]);
  await checkStored(client, start, records);
  await client.query('INSERT INTO assay.checkpoint (size, note) VALUES ($1, $2)', [checkpoint.size, checkpoint.note]);
  const { rowCount } = await client.query('UPDATE assay.head SET size = $1, note = $2 WHERE size = $3', [
    checkpoint.size,
    checkpoint.note,
    start,
  ]);
  if (rowCount !== 1) throw damagedLedger('its head was changed while it was locked');
}

/** What was signed must be what can be read. */
async function checkStored(client: PoolClient, start: number, records: NewRows['records']): Promise<void> {
  const { rows } = await client.query('SELECT entry FROM assay.record WHERE idx >= $1 ORDER BY idx', [start]);
  records.forEach(({ index, hash }, i) => {
    const entry = rows[i]?.entry;
    if (entry === undefined || !equalBytes(nodeHasher.leaf(entry), Buffer.from(hash, 'hex'))) {
      throw damagedLedger(`record ${index} was stored as other bytes than were given`);
    }
  });
  if (rows.length !== records.length) throw damagedLedger(`it has records that nobody added, from ${start} on`);
}
