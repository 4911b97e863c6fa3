import { NlpError } from '../errors.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a labeler says of one text. `score` is signed, in [−1, 1], null where the labeler has none; `raw` is its own
 * answer as it came. Without a label, `failure` says why in words.
 */
export type Answer =
  | { readonly label: string; readonly score: number | null; readonly raw: Json }
  | { readonly label: null; readonly failure: string; readonly raw: Json };

export interface LabelerLimits {
  readonly textsPerRequest: number;
  /** In UTF-8. */
  readonly bytesPerText?: number;
  /** In Unicode code points. */
  readonly charactersPerText?: number;
  readonly requestsPerSecond?: number;
}

/** Something that labels texts: a rule, a model, a service. */
export interface Labeler {
  /** Stands for it in files and tables: lower case, no spaces. */
  readonly name: string;
  /** Changes whenever its answers may. */
  readonly version: string;
  /** Everything set by a person that changes its answers. */
  readonly configuration: { readonly [key: string]: Json };
  /** The labels it can give; from low to high where they have an order. */
  readonly labels: readonly string[];
  readonly limits: LabelerLimits;
  /** What one request with these texts is expected to cost, in US dollars. */
  cost(texts: readonly string[]): number;
  /**
   * Labels at most `limits.textsPerRequest` texts by one request; one answer for each text, in order.
   *
   * @throws {RetriableLabelerError} when the same request may succeed later; any other error ends the run.
   */
  label(texts: readonly string[], options: { readonly signal: AbortSignal }): Promise<readonly Answer[]>;
}

/** A request that may be sent again, not before `retryAfterMs` where the service told a time. */
export class RetriableLabelerError extends NlpError {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super('ASSAY_LABELER_UNAVAILABLE', message, {
      hint: 'The service was busy or away. Run again later; what was answered is kept in the cache.',
      cause: options.cause,
    });
    this.retryAfterMs = options.retryAfterMs;
  }
}
