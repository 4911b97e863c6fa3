import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { LearnError } from '../errors.ts';

/** A trial as a journal keeps it. */
export interface JournalEntry {
  /** The trial's number, from 0. */
  readonly trial: number;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly budget: number;
  /** Null when the objective failed, or gave no number. */
  readonly value: number | null;
  readonly error?: string;
}

/**
 * Trials as JSON Lines, the first of which names the search. A line that was being written when a process was killed is
 * cut off.
 */
export class Journal {
  readonly #path: string;
  readonly #known: Map<number, JournalEntry>;

  private constructor(path: string, known: Map<number, JournalEntry>) {
    this.#path = path;
    this.#known = known;
  }

  /**
   * @param search what must be the same for its trials to be used again.
   * @throws LearnError `ASSAY_LEARN_JOURNAL_OTHER` for the journal of another search, or of none.
   */
  static open(path: string, search: unknown): Journal {
    const head = { search: createHash('sha256').update(JSON.stringify(search)).digest('hex') };
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) truncateSync(path, whole);
    const lines = bytes
      .subarray(0, whole)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    if (lines.length === 0) appendFileSync(path, `${JSON.stringify(head)}\n`);
    else if (lines[0] !== JSON.stringify(head)) throw other(path, 'is not the journal of this search');
    const known = new Map<number, JournalEntry>();
    for (const [i, line] of lines.slice(1).entries()) {
      const entry = parseEntry(line);
      if (entry === undefined) throw other(path, `has no trial in line ${i + 2}`);
      known.set(entry.trial, entry);
    }
    return new Journal(path, known);
  }

  /** What is known of a trial. Throws when it was one of other parameters. */
  find(trial: number, parameters: JournalEntry['parameters'], budget: number): JournalEntry | undefined {
    const entry = this.#known.get(trial);
    if (entry === undefined) return undefined;
    if (JSON.stringify([entry.parameters, entry.budget]) === JSON.stringify([parameters, budget])) return entry;
    throw other(this.#path, `has other parameters for trial ${trial}`);
  }

  add(entry: JournalEntry): void {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`, { flush: true });
  }
}

function parseEntry(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry>;
    const isEntry =
      typeof entry.trial === 'number' &&
      typeof entry.budget === 'number' &&
      typeof entry.parameters === 'object' &&
      (entry.value === null || typeof entry.value === 'number');
    return isEntry ? (entry as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}

function other(path: string, what: string): LearnError {
  return new LearnError('ASSAY_LEARN_JOURNAL_OTHER', `${path} ${what}.`, {
    hint: 'A journal belongs to one space, method and seed: name another file, or remove it.',
  });
}
