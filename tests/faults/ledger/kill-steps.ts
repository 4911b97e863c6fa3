import { Worker } from 'node:worker_threads';
import type { LedgerOptions } from '../../../packages/assay/src/records/ledger.ts';

/** Where a commit can be when its process ends, in the order in which it gets there. */
export const killSteps = [
  // Before the ledger is open.
  'opening',
  // The snapshot is read, and the lock of a backend that has one is held.
  'sealing',
  // The checkpoint is about to be signed.
  'signing',
  // A moment after it was signed, while rows are written and the commit is sent.
  'writing',
  // Durable, and nothing outside of the database knows of it.
  'committed',
  // In the high-water mark, and not in the checkpoint file.
  'marked',
  // The append has been answered, and nobody was told.
  'resolved',
  'acknowledged',
  'anytime',
] as const;
export type KillStep = (typeof killSteps)[number];

/** The longest that rows of a few records take to be written. */
const LONGEST_WRITING_MS = 12;

/**
 * Options of a ledger whose process kills itself at a step of one of its first commits. Nothing in the ledger knows of it: its
 * clock, its signer and its high-water mark are what it calls at these steps.
 * @param say told each root that is published
 */
export function killsItself(
  step: KillStep,
  options: LedgerOptions,
  say: (line: string) => void,
): { readonly options: Partial<LedgerOptions>; reached(here: KillStep): void } {
  let left = 1 + Math.floor(Math.random() * 6);
  const reached = (here: KillStep) => {
    if (here === step && --left <= 0) process.kill(process.pid, 'SIGKILL');
  };
  const killer = step === 'writing' ? new Killer() : undefined;
  const { clock, signer, highWater } = options;
  return {
    reached,
    options: {
      clock() {
        reached('sealing');
        return clock();
      },
      signer: {
        ...signer,
        sign(message) {
          reached('signing');
          const signature = signer.sign(message);
          if (killer && --left <= 0) killer.killIn(Math.random() * LONGEST_WRITING_MS);
          return signature;
        },
      },
      highWater: {
        read: (origin) => highWater.read(origin),
        write(mark) {
          say(`root ${mark.size} ${mark.root}`);
          reached('committed');
          highWater.write(mark);
          reached('marked');
        },
      },
    },
  };
}

/** Kills the process from another thread, so that a commit which is synchronous can be in the middle. */
class Killer {
  readonly #delay = new Float64Array(new SharedArrayBuffer(8));
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));

  constructor() {
    const program = `
      const { workerData: { delay, signal } } = require('node:worker_threads');
      Atomics.wait(signal, 0, 0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay[0]);
      process.kill(process.pid, 'SIGKILL');
    `;
    new Worker(program, { eval: true, workerData: { delay: this.#delay, signal: this.#signal } }).unref();
  }

  killIn(ms: number): void {
    this.#delay[0] = ms;
    Atomics.store(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
  }
}
