import { dirname, join, relative } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { closeDatabase, openDatabase, readTransaction, writeTransaction } from '../database/index.ts';
import type { Run, RunDetail, RunState, StageRun, StageState } from './run.ts';

type Row = Record<string, SQLOutputValue>;

/** What may change of a stage; what is left out stays. */
export type StageChange = { readonly [Name in Exclude<keyof StageRun, 'stage'>]?: NonNullable<StageRun[Name]> } & {
  readonly job?: string;
};

const columns = {
  state: 'state',
  because: 'because',
  job: 'job',
  log: 'log',
  started: 'started',
  ended: 'ended',
  exitCode: 'exit_code',
  message: 'message',
  key: 'key',
  record: 'record',
  source: 'source',
} as const satisfies Record<keyof StageChange, string>;

/** The live tables of runs, in the project's database. */
export class LiveRuns {
  readonly #database: DatabaseSync;
  readonly #file: string;
  /** Logs are named from here, so that a project can be moved. */
  readonly #folder: string;

  private constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
    this.#folder = dirname(file);
  }

  /** A power failure may take the last changes of a live run; sealing, which does not lose any, makes up for them. */
  static async open(file: string): Promise<LiveRuns> {
    return new LiveRuns(await openDatabase({ file, durability: 'normal' }), file);
  }

  close(): Promise<void> {
    return closeDatabase(this.#database);
  }

  begin(run: {
    readonly id: string;
    readonly checkout: string;
    readonly pipeline: string;
    readonly started: string;
    readonly detail: RunDetail;
  }): Promise<void> {
    return this.#write(() => {
      this.#database
        .prepare('INSERT INTO run (id, checkout, pipeline, state, started, detail) VALUES (?, ?, ?, ?, ?, ?)')
        .run(run.id, run.checkout, run.pipeline, 'running', run.started, JSON.stringify(run.detail));
      const insert = this.#database.prepare(
        "INSERT INTO stage_run (run, stage, position, state) VALUES (?, ?, ?, 'waiting')",
      );
      for (const [position, stage] of run.detail.plan.entries()) insert.run(run.id, stage.id, position);
    });
  }

  changeStage(run: string, stage: string, change: StageChange): Promise<void> {
    const values = new Map<string, string | number>();
    for (const [name, column] of Object.entries(columns)) {
      const value =
        name === 'log' ? change.log && relative(this.#folder, change.log) : change[name as keyof StageChange];
      if (value !== undefined) values.set(column, value);
    }
    if (values.size === 0) return Promise.resolve();
    const set = [...values.keys()].map((column) => `${column} = ?`).join(', ');
    return this.#write(() => {
      this.#database
        .prepare(`UPDATE stage_run SET ${set} WHERE run = ? AND stage = ?`)
        .run(...values.values(), run, stage);
    });
  }

  /** The run has come to its end; it is still to be sealed. */
  end(run: string, state: RunState, ended: string): Promise<void> {
    return this.#write(() => {
      this.#database.prepare('UPDATE run SET state = ?, ended = ? WHERE id = ?').run(state, ended, run);
    });
  }

  markSealed(run: string, record: string): Promise<void> {
    return this.#write(() => {
      this.#database.prepare('UPDATE run SET record = ? WHERE id = ?').run(record, run);
    });
  }

  get(id: string): Promise<Run | undefined> {
    return this.#read(() => {
      const row = this.#database.prepare('SELECT * FROM run WHERE id = ?').get(id);
      return row && this.#toRun(row);
    });
  }

  /** Runs whose id begins with this. */
  withPrefix(prefix: string, limit: number): Promise<readonly Run[]> {
    return this.#read(() =>
      this.#database
        .prepare("SELECT * FROM run WHERE id >= ? AND id < ? || 'g' ORDER BY id DESC LIMIT ?")
        .all(prefix, prefix, limit)
        .map((row) => this.#toRun(row)),
    );
  }

  /** Newest first. */
  list(query: {
    readonly pipeline?: string;
    readonly limit: number;
    readonly before?: string;
  }): Promise<readonly Run[]> {
    return this.#read(() =>
      this.#database
        .prepare(
          'SELECT * FROM run WHERE (?1 IS NULL OR pipeline = ?1) AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3',
        )
        .all(query.pipeline ?? null, query.before ?? null, query.limit)
        .map((row) => this.#toRun(row)),
    );
  }

  /** Runs, of one checkout or of all, that were never sealed, oldest first. */
  unsealed(checkout?: string): Promise<readonly Run[]> {
    return this.#read(() =>
      this.#database
        .prepare('SELECT * FROM run WHERE (?1 IS NULL OR checkout = ?1) AND record IS NULL ORDER BY id')
        .all(checkout ?? null)
        .map((row) => this.#toRun(row)),
    );
  }

  /** Records of stage runs that were executed with this key, newest first. */
  executed(key: string): Promise<readonly string[]> {
    return this.#read(() =>
      this.#database
        .prepare(
          "SELECT record FROM stage_run WHERE key = ? AND record IS NOT NULL AND state = 'succeeded' ORDER BY run DESC LIMIT 20",
        )
        .all(key)
        .map(({ record }) => String(record)),
    );
  }

  /** What the newest run in which this stage came to a result used for it: a record's hash. */
  lastResult(pipeline: string, stage: string): Promise<string | undefined> {
    return this.#read(() => {
      const row = this.#database
        .prepare(
          `SELECT stage_run.record FROM stage_run JOIN run ON run.id = stage_run.run
           WHERE stage_run.stage = ? AND run.pipeline = ? AND stage_run.record IS NOT NULL
             AND stage_run.state IN ('succeeded', 'cached')
           ORDER BY stage_run.run DESC LIMIT 1`,
        )
        .get(stage, pipeline);
      return row && String(row.record);
    });
  }

  #toRun(row: Row): Run {
    const stages = this.#database
      .prepare('SELECT * FROM stage_run WHERE run = ? ORDER BY position')
      .all(row.id ?? null);
    const detail: RunDetail = JSON.parse(String(row.detail));
    return {
      id: String(row.id),
      pipeline: String(row.pipeline),
      state: String(row.state) as RunState,
      started: String(row.started),
      ended: text(row.ended),
      record: text(row.record),
      detail,
      stages: stages.map((stage) => toStageRun(stage, this.#folder)),
    };
  }

  #write<T>(work: () => T): Promise<T> {
    return writeTransaction(this.#database, this.#file, work);
  }

  #read<T>(work: () => T): Promise<T> {
    return readTransaction(this.#database, this.#file, work);
  }
}

function toStageRun(row: Row, folder: string): StageRun {
  return {
    stage: String(row.stage),
    state: String(row.state) as StageState,
    because: text(row.because),
    log: typeof row.log === 'string' ? join(folder, row.log) : undefined,
    started: text(row.started),
    ended: text(row.ended),
    exitCode: typeof row.exit_code === 'number' ? row.exit_code : undefined,
    message: text(row.message),
    key: text(row.key),
    record: text(row.record),
    source: text(row.source),
  };
}

function text(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
