import { setTimeout as wait } from 'node:timers/promises';
import { sentiments } from '../corpus.ts';
import { type Answer, type Labeler, type LabelerLimits, RetriableLabelerError } from './labeler.ts';

export interface FakeBehaviour {
  readonly name?: string;
  readonly version?: string;
  readonly limits?: Partial<LabelerLimits>;
  readonly usdPerText?: number;
  /** How long a request takes. */
  readonly latencyMs?: number;
  /** Called with the number of each request, from 1, before it is answered; may throw. */
  readonly onRequest?: (request: number, texts: readonly string[]) => void;
  readonly answer?: (text: string) => Answer;
}

/** A labeler for tests that counts what it is asked, and is as slow, limited and unreliable as it is told to be. */
export class FakeLabeler implements Labeler {
  readonly name: string;
  readonly version: string;
  readonly configuration = { temper: 'calm' };
  readonly labels = sentiments;
  readonly limits: LabelerLimits;
  readonly requests: { readonly at: number; readonly texts: readonly string[] }[] = [];
  /** The most requests that were in flight at one time. */
  mostAtOnce = 0;
  readonly #behaviour: FakeBehaviour;
  #inFlight = 0;

  constructor(behaviour: FakeBehaviour = {}) {
    this.name = behaviour.name ?? 'fake';
    this.version = behaviour.version ?? '1';
    this.limits = { textsPerRequest: 10, ...behaviour.limits };
    this.#behaviour = behaviour;
  }

  cost(texts: readonly string[]): number {
    return texts.length * (this.#behaviour.usdPerText ?? 0);
  }

  async label(texts: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<Answer[]> {
    this.requests.push({ at: performance.now(), texts });
    const number = this.requests.length;
    if (texts.length > this.limits.textsPerRequest) throw new Error(`${texts.length} texts in one request`);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#inFlight);
    try {
      if (this.#behaviour.latencyMs !== undefined) await wait(this.#behaviour.latencyMs, undefined, { signal });
      this.#behaviour.onRequest?.(number, texts);
      return texts.map(this.#behaviour.answer ?? ((text) => ({ label: 'neutral', score: 0, raw: { echo: text } })));
    } finally {
      this.#inFlight--;
    }
  }
}

/** HTTP 429. */
export function tooManyRequests(retryAfterMs?: number): RetriableLabelerError {
  return new RetriableLabelerError('Too many requests.', retryAfterMs === undefined ? {} : { retryAfterMs });
}
