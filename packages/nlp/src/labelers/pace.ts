/** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Lets requests start at an even pace, none while the service asked for a pause. */
export class Pace {
  readonly #interval: number;
  #next = 0;
  #pausedUntil = 0;

  constructor(requestsPerSecond: number | undefined) {
    this.#interval = requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond;
  }

  /** Resolves when the caller may send its request. */
  async turn(signal: AbortSignal): Promise<void> {
    while (true) {
      const now = performance.now();
      const at = Math.max(now, this.#next, this.#pausedUntil);
      this.#next = at + this.#interval;
      if (at > now) await delay(at - now, signal);
      if (this.#pausedUntil <= at) return;
    }
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }
}
