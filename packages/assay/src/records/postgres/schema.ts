import type { ClientBase } from 'pg';
import { AssayError } from '../../errors.ts';

/**
 * The tables of SQLite's ledger, and the head: one row that every commit locks, so that writers come one after another, and
 * that says which schema and whose ledger it is.
 */
const steps = [
  `
  CREATE TABLE assay.head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    schema_version integer NOT NULL,
    origin text NOT NULL,
    size bigint NOT NULL,
    note text
  );
  CREATE TABLE assay.record (
    idx bigint PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    entry bytea NOT NULL,
    UNIQUE (kind, id, revision)
  );
  CREATE INDEX record_by_kind ON assay.record (kind, idx);
  CREATE TABLE assay.node (
    level integer NOT NULL,
    position bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, position)
  );
  CREATE TABLE assay.body (
    slot bigint PRIMARY KEY,
    digest bytea NOT NULL UNIQUE,
    salt bytea NOT NULL,
    bytes bytea,
    object bytea,
    CHECK ((bytes IS NULL) <> (object IS NULL))
  );
  CREATE INDEX body_object ON assay.body (object) WHERE object IS NOT NULL;
  CREATE TABLE assay.link (
    target bytea NOT NULL,
    type integer NOT NULL,
    idx bigint NOT NULL,
    PRIMARY KEY (target, type, idx)
  );
  CREATE TABLE assay.checkpoint (
    size bigint PRIMARY KEY,
    note text NOT NULL
  );
  `,
];

const OLDEST_SERVER = 130_000;
/** "assay" as a number: the lock under which the schema is made. */
const SCHEMA_LOCK = 0x6173736179;

/**
 * Checks that the server keeps what it acknowledges, and that its schema `assay` is this ledger's; makes it when there is none.
 * @param store the server's address, for messages
 * @throws AssayError `ASSAY_LEDGER_STORE_TOO_OLD`, `ASSAY_LEDGER_STORE_NOT_DURABLE`, `ASSAY_LEDGER_STORE_FOREIGN`,
 * `ASSAY_LEDGER_STORE_NEWER`
 */
export async function prepareSchema(client: ClientBase, store: string, origin: string): Promise<void> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
            current_setting('synchronous_commit') AS synchronous, current_setting('fsync') AS fsync`,
  );
  const { version, name, synchronous, fsync } = rows[0];
  if (version < OLDEST_SERVER) {
    throw new AssayError('ASSAY_LEDGER_STORE_TOO_OLD', `${store} is PostgreSQL ${name}`, {
      hint: 'Assay needs PostgreSQL 13 or newer.',
    });
  }
  if (synchronous === 'off' || fsync === 'off') {
    throw new AssayError(
      'ASSAY_LEDGER_STORE_NOT_DURABLE',
      `${store} acknowledges commits before they are on its disk: ${fsync === 'off' ? 'fsync' : 'synchronous_commit'} is off`,
      { hint: 'Turn it on, for the server or for this role; a ledger must not lose what it acknowledged.' },
    );
  }
  if (await isReady(client, store, origin)) return;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    // Another process may have done it meanwhile.
    if (!(await isReady(client, store, origin))) {
      await client.query('CREATE SCHEMA IF NOT EXISTS assay');
      for (const step of steps) await client.query(step);
      await client.query('INSERT INTO assay.head (schema_version, origin, size) VALUES ($1, $2, 0)', [
        steps.length,
        origin,
      ]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function isReady(client: ClientBase, store: string, origin: string): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT to_regclass('assay.head') IS NOT NULL AS head,
            EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('assay')) AS any`,
  );
  if (!rows[0].head) {
    if (!rows[0].any) return false;
    throw new AssayError('ASSAY_LEDGER_STORE_FOREIGN', `${store} has a schema \`assay\` that is no ledger`, {
      hint: 'Use another database.',
    });
  }
  const head = (await client.query('SELECT schema_version, origin FROM assay.head')).rows[0];
  if (head?.origin !== origin) {
    throw new AssayError(
      'ASSAY_LEDGER_STORE_FOREIGN',
      `${store} holds the ledger ${head?.origin ?? 'of nobody'}, not ${origin}`,
      { hint: 'A database holds one ledger: use another database.' },
    );
  }
  if (head.schema_version > steps.length) {
    throw new AssayError(
      'ASSAY_LEDGER_STORE_NEWER',
      `the ledger in ${store} was written by a newer version of Assay: its schema is ${head.schema_version}, this version knows ${steps.length}`,
      { hint: 'Use the newer version. Nothing was changed.' },
    );
  }
  return true;
}
