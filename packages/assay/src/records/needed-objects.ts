import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** An object that a record needs. */
export interface NeededObject {
  readonly check: 'object' | 'artifact';
  readonly sha256: string;
  readonly size: number | undefined;
  /** Of an artifact, to be found right too. */
  readonly md5?: string;
  readonly kept?: 'dvc' | undefined;
  /** Of a body: what its bytes are hashed with, and to. */
  readonly sealed?: { readonly salt: Uint8Array; readonly digest: string };
  readonly name: string;
  readonly record: string;
  readonly index: number;
}

/** One object for each content, of the last record that needs it. A temporary database, so that memory stays flat. */
export class NeededObjects {
  readonly #database = new DatabaseSync('');
  readonly #insert: StatementSync;

  constructor() {
    this.#database.exec(
      'PRAGMA journal_mode = OFF; CREATE TABLE needed (number INTEGER PRIMARY KEY, key TEXT UNIQUE, kept INTEGER, object TEXT); BEGIN',
    );
    this.#insert = this.#database.prepare(
      `INSERT INTO needed (key, kept, object) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET kept = excluded.kept, object = excluded.object WHERE NOT excluded.kept`,
    );
  }

  /** What one record leaves to DVC, another may have in the store: the other one counts. */
  add(key: string, object: NeededObject): void {
    const { sealed } = object;
    const plain = sealed && { salt: Buffer.from(sealed.salt).toString('hex'), digest: sealed.digest };
    this.#insert.run(key, object.kept === undefined ? 0 : 1, JSON.stringify({ ...object, sealed: plain }));
  }

  *[Symbol.iterator](): Generator<NeededObject> {
    for (const { object } of this.#database.prepare('SELECT object FROM needed ORDER BY number').iterate()) {
      const { sealed, ...rest } = JSON.parse(String(object));
      yield sealed ? { ...rest, sealed: { ...sealed, salt: Buffer.from(sealed.salt, 'hex') } } : rest;
    }
  }

  close(): void {
    this.#database.close();
  }
}
