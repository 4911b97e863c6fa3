import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { closeDatabase, type Migration, openDatabase, writeTransaction } from '../database/index.ts';
import { REDACTS, type RecordStore, type SealedRecord } from '../records/index.ts';
import { isTracked } from './kinds.ts';
import type { Query } from './query.ts';
import type { TrackContext } from './revision.ts';
import { type FieldRow, fieldsOf } from './search-fields.ts';
import { candidateStatements, type Statement } from './search-sql.ts';

const PAGE = 500;

const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'search',
    sql: `
    CREATE TABLE state (next INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
    INSERT INTO state VALUES (0, '');
    -- Of tracked records. \`next\` is the index of the revision after; \`partial\`, that not all its fields are here.
    CREATE TABLE revision (
      idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, folded TEXT NOT NULL, revision INTEGER NOT NULL,
      version TEXT NOT NULL, event TEXT NOT NULL, at REAL NOT NULL, actor TEXT NOT NULL, next INTEGER, partial INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX revision_name ON revision (kind, id, revision);
    CREATE INDEX revision_newest ON revision (kind, idx) WHERE next IS NULL;
    CREATE INDEX revision_partial ON revision (idx) WHERE partial = 1;
    CREATE TABLE path (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    -- In the order of a search for one path: a scan reads nothing else.
    CREATE TABLE field (
      path INTEGER NOT NULL, idx INTEGER NOT NULL, number REAL, text TEXT, folded TEXT, PRIMARY KEY (path, idx)
    ) STRICT, WITHOUT ROWID;`,
  },
];

export type IndexedRevision = Pick<SealedRecord['record'], 'kind' | 'id' | 'by' | 'at' | 'event' | 'version'>;

interface Prepared {
  readonly sealed: SealedRecord;
  readonly fields: readonly FieldRow[];
  readonly isPartial: boolean;
  /** Indexes of records whose content this one takes away. */
  readonly gone: readonly number[];
}

/**
 * Fields of tracked records, by path: a projection of the ledger in a file of its own, which follows it and can be deleted at any
 * time. It finds candidates; what they say is read from the ledger.
 */
export class SearchIndex {
  readonly #file: string;
  readonly #leave: 'write' | 'read';
  #opened: Promise<DatabaseSync> | undefined;

  /** @param file made when it is first asked for; `:memory:` for one that is not kept */
  constructor(file: string, leave: 'write' | 'read' = 'write') {
    this.#file = file;
    this.#leave = leave;
  }

  /** Takes in what the ledger has and the index has not. Fields of redacted records go, and are overwritten. */
  async follow(context: TrackContext, until = Number.POSITIVE_INFINITY): Promise<void> {
    const database = await this.#database();
    const { records } = context;
    const size = Math.min(until, await records.size());
    let next = await this.#standing(database, records, size);
    while (next < size) {
      const page: Prepared[] = [];
      const end = Math.min(size, next + PAGE);
      let last: SealedRecord | undefined;
      for await (const sealed of records.entries(next, end)) {
        last = sealed;
        page.push(await prepare(context, sealed));
      }
      if (last === undefined) return;
      const { index, hash } = last;
      const start = next;
      await writeTransaction(database, this.#file, () => {
        // Another process may have come first.
        if (Number(database.prepare('SELECT next FROM state').get()?.next) !== start) return;
        write(database, page);
        database.prepare('UPDATE state SET next = ?, hash = ?').run(index + 1, hash);
      });
      if (page.some(({ gone }) => gone.length > 0)) emptyLog(database);
      next = Math.max(index + 1, Number(database.prepare('SELECT next FROM state').get()?.next));
    }
  }

  /** Indexes in the ledger of revisions that may fit, newest first; none that fits is left out. */
  async *candidates(query: Query, asOf: Date | undefined): AsyncGenerator<number> {
    const database = await this.#database();
    const path = database.prepare('SELECT id FROM path WHERE name = ?');
    const statements = candidateStatements(query, asOf, (name) => Number(path.get(name)?.id ?? -1));
    const streams = statements.map((statement) => indexes(database, statement));
    const heads = streams.map((stream) => stream.next());
    for (;;) {
      const open = heads.flatMap(({ done, value }, i) => (done ? [] : [{ value: Number(value), i }]));
      if (open.length === 0) return;
      const first = open.reduce((a, b) => (b.value > a.value ? b : a));
      yield first.value;
      for (const { value, i } of open) if (value === first.value) heads[i] = streams[i]!.next();
    }
  }

  /** Every revision of a tracked record, newest first. */
  async revisions(): Promise<Iterable<IndexedRevision>> {
    const rows = (await this.#database()).prepare(
      'SELECT kind, id, actor, at, event, version FROM revision ORDER BY idx DESC',
    );
    rows.setReturnArrays(true);
    return revisionRows(rows.iterate() as Iterable<unknown> as Iterable<readonly SQLOutputValue[]>);
  }

  /** What differs from an index that is made anew of the same records; undefined when nothing does. Changes nothing. */
  async difference(context: TrackContext): Promise<string | undefined> {
    const kept = await this.#database();
    const state = kept.prepare('SELECT next, hash FROM state').get();
    const next = Number(state?.next ?? 0);
    // Of another ledger: the next search makes it anew.
    if (next === 0 || (await context.records.at(next - 1))?.hash !== state?.hash) return undefined;
    await using fresh = new SearchIndex(':memory:');
    await fresh.follow(context, next);
    const made = await fresh.#database();
    for (const [what, sql] of DUMPS) {
      const rows = made.prepare(sql).iterate();
      for (const row of kept.prepare(sql).iterate()) {
        const expected = rows.next();
        if (expected.done || JSON.stringify(expected.value) !== JSON.stringify(row)) return `${what} #${row.idx}`;
      }
      const more = rows.next();
      if (!more.done) return `${what} #${more.value.idx}`;
    }
    return undefined;
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) await closeDatabase(await opened);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #database(): Promise<DatabaseSync> {
    const readOnly = this.#leave === 'read';
    this.#opened ??= openDatabase({ file: this.#file, migrations, durability: 'normal', readOnly }).then((database) => {
      database.exec('PRAGMA secure_delete = ON');
      return database;
    });
    return this.#opened;
  }

  /** How far it has come; of another ledger than this one, or of more of it than there is, it begins anew. */
  async #standing(database: DatabaseSync, records: RecordStore, size: number): Promise<number> {
    const state = database.prepare('SELECT next, hash FROM state').get();
    const next = Number(state?.next ?? 0);
    if (next === 0) return 0;
    if (next <= size && (await records.at(next - 1))?.hash === state?.hash) return next;
    await writeTransaction(database, this.#file, () => {
      for (const table of ['field', 'path', 'revision']) database.exec(`DELETE FROM ${table}`);
      database.exec("UPDATE state SET next = 0, hash = ''");
    });
    return 0;
  }
}

const DUMPS = [
  ['the revision', 'SELECT * FROM revision ORDER BY idx'],
  [
    'a field of the revision',
    'SELECT idx, name, number, text, field.folded AS folded FROM field JOIN path ON path.id = field.path ORDER BY idx, name',
  ],
] as const;

async function prepare(context: TrackContext, sealed: SealedRecord): Promise<Prepared> {
  const { event, kind, parents } = sealed.record;
  const gone: number[] = [];
  for (const { role, ref } of event === 'redacted' ? parents : []) {
    const index = role === REDACTS ? (await context.records.get(ref.slice('record:'.length)))?.index : undefined;
    if (index !== undefined) gone.push(index);
  }
  return { sealed, gone, ...(isTracked(kind) ? await fieldsOf(context, sealed) : { fields: [], isPartial: false }) };
}

function write(database: DatabaseSync, page: readonly Prepared[]): void {
  const revision = database.prepare('INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)');
  const before = database.prepare('UPDATE revision SET next = ? WHERE kind = ? AND id = ? AND revision = ?');
  const field = database.prepare('INSERT INTO field VALUES (?, ?, ?, ?, ?)');
  const named = database.prepare(
    'INSERT INTO path (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id',
  );
  const paths = new Map<string, number>();
  for (const { sealed, fields, isPartial, gone } of page) {
    const { index, record } = sealed;
    const { kind, id, version, event, at, by } = record;
    if (isTracked(kind)) {
      const time = Date.parse(at);
      revision.run(index, kind, id, id.toLowerCase(), record.revision, version, event, time, by, isPartial ? 1 : 0);
      before.run(index, kind, id, record.revision - 1);
    }
    for (const { path, number, text, folded } of fields) {
      let key = paths.get(path);
      if (key === undefined) {
        key = Number(named.get(path)!.id);
        paths.set(path, key);
      }
      field.run(key, index, number, text, folded);
    }
    for (const other of gone) {
      database.prepare('DELETE FROM field WHERE path IN (SELECT id FROM path) AND idx = ?').run(other);
      database.prepare('UPDATE revision SET partial = 0 WHERE idx = ?').run(other);
    }
    if (gone.length > 0) {
      database.exec('DELETE FROM path WHERE NOT EXISTS (SELECT 1 FROM field WHERE field.path = path.id)');
      paths.clear();
    }
  }
}

function* revisionRows(rows: Iterable<readonly SQLOutputValue[]>): Generator<IndexedRevision> {
  for (const [kind, id, by, at, event, version] of rows) {
    yield {
      kind: String(kind),
      id: String(id),
      by: String(by),
      at: new Date(Number(at)).toISOString(),
      event: String(event) as IndexedRevision['event'],
      version: String(version),
    };
  }
}

function* indexes(database: DatabaseSync, { sql, values }: Statement) {
  for (const { idx } of database.prepare(sql).iterate(...values)) yield Number(idx);
}

/** The log has what was deleted until it is folded; a reader keeps it from that, and then the next one folds it. */
function emptyLog(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // As above.
  }
}
