import { setTimeout as sleep } from 'node:timers/promises';
import { NlpError } from '../errors.ts';
import { retryAfter } from '../retry-after.ts';
import type { RateLimit } from './rate-limit.ts';

export interface HttpOptions {
  /** `Company contact@example.com`; EDGAR refuses requests that do not say who asks. */
  readonly userAgent: string;
  readonly limit: RateLimit;
  /** Attempts at one address before giving up. */
  readonly attempts?: number;
  /** First wait after a failure, doubled each time, in milliseconds. */
  readonly backOff?: number;
  /** Wait after a lock-out that names none, in milliseconds. */
  readonly lockOut?: number;
  /** Longest time for one answer, in milliseconds. */
  readonly timeout?: number;
  /** Told before each wait. */
  readonly onRetry?: (retry: { url: string; reason: string; wait: number; attempt: number }) => void;
}

const longestWait = 60_000;
const mostLockOuts = 3;

/** Throws `ASSAY_EDGAR_USER_AGENT` unless the text names an e-mail address. */
export function requireContact(userAgent: string | undefined): string {
  const text = userAgent?.trim() ?? '';
  if (/\S+@\S+\.\S+/.test(text)) return text;
  throw new NlpError(
    'ASSAY_EDGAR_USER_AGENT',
    text === '' ? 'EDGAR must be told who asks.' : `The User-Agent "${text}" names no e-mail address.`,
    { hint: 'Give --user-agent "Company contact@example.com" or set ASSAY_EDGAR_USER_AGENT.' },
  );
}

class Transient extends Error {
  readonly wait: number | null;
  readonly lockOut: boolean;

  constructor(reason: string, options: { wait?: number | null; lockOut?: boolean; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.wait = options.wait ?? null;
    this.lockOut = options.lockOut ?? false;
  }
}

/** Requests to EDGAR: at its pace, told who asks, tried again where that may help. */
export class Http {
  readonly #options: HttpOptions;
  readonly #userAgent: string;

  constructor(options: HttpOptions) {
    this.#userAgent = requireContact(options.userAgent);
    this.#options = options;
  }

  /**
   * The body at `url`, or null where there is none (404). `check` may throw to have a broken answer fetched again.
   *
   * Throws `ASSAY_EDGAR_UNAVAILABLE` when every attempt failed, `ASSAY_EDGAR_LOCKED_OUT` when the host keeps refusing,
   * `ASSAY_EDGAR_HTTP` on any other status.
   */
  async get(url: string, signal?: AbortSignal, check?: (body: Buffer) => void): Promise<Buffer | null> {
    const { attempts = 6, backOff = 1000, lockOut = 600_000, limit, onRetry } = this.#options;
    let lockOuts = 0;
    for (let attempt = 1; ; attempt++) {
      await limit.acquire(signal);
      try {
        const body = await this.#once(url, signal);
        if (body !== null && check) {
          try {
            check(body);
          } catch (error) {
            throw new Transient(error instanceof Error ? error.message : String(error), { cause: error });
          }
        }
        return body;
      } catch (error) {
        if (!(error instanceof Transient)) throw error;
        if (error.lockOut) lockOuts++;
        if (attempt >= attempts || lockOuts >= mostLockOuts) throw givenUp(url, attempt, error);
        const wait = error.wait ?? (error.lockOut ? lockOut : this.#backOff(backOff, attempt));
        onRetry?.({ url, reason: error.message, wait, attempt });
        if (error.lockOut || error.wait !== null) await limit.pause(wait);
        else await sleep(wait, undefined, signal ? { signal } : {});
      }
    }
  }

  // Half fixed, half random: processes that failed together do not come back together.
  #backOff(first: number, attempt: number): number {
    const full = Math.min(longestWait, first * 2 ** (attempt - 1));
    return full / 2 + (Math.random() * full) / 2;
  }

  async #once(url: string, signal: AbortSignal | undefined): Promise<Buffer | null> {
    const timeout = AbortSignal.timeout(this.#options.timeout ?? 60_000);
    let response: Response;
    let body: Buffer;
    try {
      response = await fetch(url, {
        headers: { 'user-agent': this.#userAgent, 'accept-encoding': 'gzip, deflate' },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      body = Buffer.from(await response.arrayBuffer());
    } catch (error) {
      signal?.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
      const reason = timeout.aborted ? 'no answer in time' : `transfer broke off${cause === '' ? '' : `: ${cause}`}`;
      throw new Transient(reason, { cause: error });
    }
    const { status } = response;
    if (status === 200) return body;
    if (status === 404 || status === 410) return null;
    const wait = retryAfter(response.headers.get('retry-after'), Date.now());
    const text = body.toString('latin1', 0, 4096);
    if (status === 403 || status === 429) {
      // What EDGAR's store answers for an index that was never written, a holiday's for one.
      if (/<Code>(?:AccessDenied|NoSuchKey)<\/Code>/.test(text)) return null;
      throw new Transient(`status ${status}, the host's limit`, { wait, lockOut: true });
    }
    if (status === 408 || status >= 500) throw new Transient(`status ${status}`, { wait });
    throw new NlpError('ASSAY_EDGAR_HTTP', `${url} answered with status ${status}.`, {
      hint: 'Check --host and --data-host.',
    });
  }
}

function givenUp(url: string, attempts: number, error: Transient): NlpError {
  if (error.lockOut) {
    return new NlpError('ASSAY_EDGAR_LOCKED_OUT', `${url} was refused ${attempts} times: ${error.message}.`, {
      hint: 'Wait ten minutes, see that no other program asks EDGAR from this address, and name a real contact.',
      cause: error,
    });
  }
  return new NlpError('ASSAY_EDGAR_UNAVAILABLE', `${url} failed ${attempts} times, last: ${error.message}.`, {
    hint: 'Run the same command again: what was fetched is kept.',
    cause: error,
  });
}
