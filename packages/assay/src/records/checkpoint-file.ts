import { replaceFile } from '../durable-file.ts';

/** Each replacement is an entry in the file system's journal, which the next commit would wait for. */
const INTERVAL_MS = 200;

/**
 * Keeps the `checkpoint` file beside a database at the newest checkpoint: at once after a pause, otherwise a few times a
 * second. What it lags behind is covered by the high-water mark, and made up for when the ledger is opened.
 */
export class CheckpointFile {
  readonly #path: string;
  #waiting: string | undefined;
  #latest: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #written = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the place of what still waits. A failure is thrown by the next call, or by `close`. */
  write(note: string): void {
    const due = this.#written + INTERVAL_MS - performance.now();
    this.#waiting = note;
    this.#latest = note;
    if (due <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#tryFlush(), due).unref();
  }

  /** Writes the newest of what it was given, and waits until it is on the disk. */
  close(): void {
    this.#waiting = this.#latest;
    this.#flush(true);
  }

  #tryFlush(): void {
    try {
      this.#flush();
    } catch {
      // It still waits, and the next write is due at once: that one tells.
    }
  }

  #flush(sync = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === undefined) return;
    this.#written = Number.NEGATIVE_INFINITY;
    replaceFile(this.#path, this.#waiting, { sync });
    this.#written = performance.now();
    this.#waiting = undefined;
  }
}
