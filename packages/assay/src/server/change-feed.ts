import type { DatabaseSync } from 'node:sqlite';
import { isBusy, openDatabase } from '../database/index.ts';
import type { RecordStore } from '../records/index.ts';
import type { LiveRuns, Run } from '../runs/index.ts';
import type { StudioEvent } from './schemas/index.ts';

const intervalMs = 200;
/** How many of the newest runs are watched; older ones do not change. */
const watchedRuns = 10;

type Listener = (event: StudioEvent) => void;

/**
 * Tells of what any process adds to the ledger or changes in the live tables. It looks only while somebody listens, at one
 * number (`PRAGMA data_version`) until that changes.
 */
export class ChangeFeed {
  readonly #database: DatabaseSync;
  readonly #records: Pick<RecordStore, 'size'>;
  readonly #live: Pick<LiveRuns, 'list'>;
  readonly #listeners = new Map<Listener, () => void>();
  #timer: NodeJS.Timeout | undefined;
  #version: unknown;
  #size = 0;
  #runs: ReadonlyMap<string, string> = new Map();
  #looking = false;

  private constructor(database: DatabaseSync, records: Pick<RecordStore, 'size'>, live: Pick<LiveRuns, 'list'>) {
    this.#database = database;
    this.#records = records;
    this.#live = live;
  }

  static async open(
    databaseFile: string,
    records: Pick<RecordStore, 'size'>,
    live: Pick<LiveRuns, 'list'>,
  ): Promise<ChangeFeed> {
    return new ChangeFeed(await openDatabase({ file: databaseFile, readOnly: true }), records, live);
  }

  /**
   * Calls `listener` with the ledger's size at once, and with each change from then on; `onEnd` when the feed is closed.
   * Answers with what stops it.
   */
  async listen(listener: Listener, onEnd: () => void): Promise<() => void> {
    const isFirst = this.#listeners.size === 0;
    this.#listeners.set(listener, onEnd);
    if (isFirst) await this.#start();
    listener({ type: 'ledger', size: this.#size });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  close(): void {
    this.#stop();
    for (const end of this.#listeners.values()) end();
    this.#listeners.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  async #start(): Promise<void> {
    this.#version = this.#dataVersion();
    this.#size = await this.#records.size();
    this.#runs = marksOf(await this.#live.list({ limit: watchedRuns }));
    this.#timer ??= setInterval(() => void this.#look().catch(() => {}), intervalMs);
    this.#timer.unref();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#looking || !this.#database.isOpen) return;
    const version = this.#dataVersion();
    if (version === undefined || version === this.#version) return;
    this.#looking = true;
    try {
      const [size, runs] = [await this.#records.size(), marksOf(await this.#live.list({ limit: watchedRuns }))];
      // Only now: what could not be read is looked at again.
      this.#version = version;
      const events: StudioEvent[] = [];
      for (const [id, mark] of runs) if (this.#runs.get(id) !== mark) events.push({ type: 'run', id });
      if (size !== this.#size) events.push({ type: 'ledger', size });
      this.#runs = runs;
      this.#size = size;
      for (const event of events) for (const listener of this.#listeners.keys()) listener(event);
    } finally {
      this.#looking = false;
    }
  }

  #dataVersion(): unknown {
    try {
      return this.#database.prepare('PRAGMA data_version').get()?.data_version;
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw error;
    }
  }
}

function marksOf(runs: readonly Run[]): ReadonlyMap<string, string> {
  return new Map(runs.map(({ id, state, record, stages }) => [id, JSON.stringify([state, record, stages])]));
}
