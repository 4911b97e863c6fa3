import { NlpError } from '../errors.ts';
import type { Budget } from './budget.ts';
import { type Answer, type Labeler, RetriableLabelerError } from './labeler.ts';
import { delay, Pace } from './pace.ts';

const attempts = 6;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const deadlineMs = 60_000;

/** Sends one labeler's requests: at its pace, within the budget, again where that may help. */
export class Requests {
  readonly #labeler: Labeler;
  readonly #budget: Budget;
  readonly #signal: AbortSignal;
  readonly #pace: Pace;
  #sent = 0;
  #retries = 0;
  #usd = 0;

  constructor(labeler: Labeler, budget: Budget, signal: AbortSignal) {
    this.#labeler = labeler;
    this.#budget = budget;
    this.#signal = signal;
    this.#pace = new Pace(labeler.limits.requestsPerSecond);
  }

  get sent(): number {
    return this.#sent;
  }

  get retries(): number {
    return this.#retries;
  }

  get usd(): number {
    return this.#usd;
  }

  /** @throws {NlpError} ASSAY_LABELER_UNAVAILABLE when the last attempt failed too, ASSAY_LABELER_ANSWER, and others. */
  async send(texts: readonly string[]): Promise<readonly Answer[]> {
    for (let attempt = 1; ; attempt++) {
      await this.#pace.turn(this.#signal);
      const cost = this.#labeler.cost(texts);
      this.#budget.spend(cost);
      this.#usd += cost;
      this.#sent++;
      try {
        return this.#checked(texts, await this.#withDeadline(texts));
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!(error instanceof RetriableLabelerError) || attempt === attempts) throw error;
        this.#retries++;
        // A pause told by the service holds for all requests; our own only for this one, spread so that they part.
        if (error.retryAfterMs !== undefined) this.#pace.pause(error.retryAfterMs);
        else {
          const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
          await delay(pause * (0.5 + Math.random() / 2), this.#signal);
        }
      }
    }
  }

  async #withDeadline(texts: readonly string[]): Promise<readonly Answer[]> {
    const late = new AbortController();
    const signal = AbortSignal.any([this.#signal, late.signal]);
    const timer = setTimeout(() => {
      late.abort(
        new RetriableLabelerError(`${this.#labeler.name} gave no answer within ${deadlineMs / 1000} seconds.`),
      );
    }, deadlineMs);
    const aborted = Promise.withResolvers<never>();
    const stop = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([this.#labeler.label(texts, { signal }), aborted.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  #checked(texts: readonly string[], answers: readonly Answer[]): readonly Answer[] {
    const { name, labels } = this.#labeler;
    const refuse = (what: string): never => {
      throw new NlpError('ASSAY_LABELER_ANSWER', `The labeler ${name} ${what}.`, {
        hint: 'The labeler, or the service behind it, is not what this version expects; update or report it.',
      });
    };
    if (answers.length !== texts.length) refuse(`answered ${answers.length} of ${texts.length} texts`);
    for (const answer of answers) {
      if (answer.label === null) continue;
      if (!labels.includes(answer.label)) refuse(`gave the label "${answer.label}", not one of ${labels.join(', ')}`);
      if (answer.score !== null && !(Math.abs(answer.score) <= 1)) {
        refuse(`gave the score ${answer.score}, which is not in [−1, 1]`);
      }
    }
    return answers;
  }
}
