import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NlpError } from '../errors.ts';
import { writeFileAtomically } from '../files/index.ts';

/** What EDGAR allows to one address, whatever the number of its processes. */
export const requestLimit = 10;

const pauseFile = 'pause';
// A slot that starts later than this is given up, lest two requests come closer together than slots are.
const lateness = 20;
const keptSlots = 100;

export interface RateLimitOptions {
  /** A folder that all processes which share the limit name alike. */
  readonly folder: string;
  /** At most 10. The default, 9, leaves room for the network to bunch requests up. */
  readonly requestsPerSecond?: number;
}

/**
 * Spreads requests of any number of processes over time. Time is cut into slots; a request takes a slot by creating a
 * file of its number, which only one process can (`O_EXCL`). Nothing is locked, so a killed process holds up nobody: the
 * slot it took goes by unused.
 *
 * Throws `ASSAY_EDGAR_RATE` for a rate above the limit.
 */
export class RateLimit {
  readonly #folder: string;
  readonly #slot: number;
  #last = 0;

  constructor(options: RateLimitOptions) {
    const rate = options.requestsPerSecond ?? requestLimit - 1;
    if (!(rate > 0 && rate <= requestLimit)) {
      throw new NlpError('ASSAY_EDGAR_RATE', `${rate} requests a second is not between 0 and ${requestLimit}.`, {
        hint: 'EDGAR locks an address out for about ten minutes above ten requests a second.',
      });
    }
    this.#folder = options.folder;
    this.#slot = 1000 / rate;
  }

  /** Waits for this process's turn. */
  async acquire(signal?: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (;;) {
      signal?.throwIfAborted();
      const pause = (await this.#pausedUntil()) - Date.now();
      if (pause > 0) {
        await sleep(pause, undefined, signal ? { signal } : {});
        continue;
      }
      const now = Date.now();
      let number = Math.max(Math.ceil(now / this.#slot), this.#last + 1);
      // A clock set back leaves the last slot far ahead of now.
      if (number * this.#slot - now > 60_000) number = Math.ceil(now / this.#slot);
      while (!(await this.#take(number))) number++;
      this.#last = number;
      if (number % 50 === 0) await this.#clean(number);
      const start = number * this.#slot;
      if (start > Date.now()) await sleep(start - Date.now(), undefined, signal ? { signal } : {});
      if (Date.now() - start <= lateness && (await this.#pausedUntil()) <= Date.now()) return;
    }
  }

  /** Holds every process back for `milliseconds`, as after a lock-out. */
  async pause(milliseconds: number): Promise<void> {
    const until = Math.max(Date.now() + milliseconds, await this.#pausedUntil());
    await writeFileAtomically(join(this.#folder, pauseFile), `${Math.ceil(until)}\n`, { durable: false });
  }

  async #pausedUntil(): Promise<number> {
    const text = await readFile(join(this.#folder, pauseFile), 'utf8').catch(() => '0');
    const until = Number(text);
    return Number.isFinite(until) ? until : 0;
  }

  async #take(number: number): Promise<boolean> {
    try {
      const handle = await open(join(this.#folder, `slot-${number}`), 'wx');
      await handle.close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  async #clean(number: number): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const match = /^slot-(\d+)$/.exec(name);
      if (match && Number(match[1]) < number - keptSlots) await rm(join(this.#folder, name), { force: true });
    }
  }
}
