import { NlpError } from '../errors.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a labeler says of one text. `score` is signed, in [−1, 1], null where the labeler has none; `raw` is its own
 * answer as it came. Without a label, `failure` says why in words.
 */
export type Answer = Labelled | { readonly label: null; readonly failure: string; readonly raw: Json };

export interface Labelled {
  readonly label: string;
  readonly score: number | null;
  /** By label, summing to 1; left out where the labeler gives none. */
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly raw: Json;
}

/** What was said of one part of a text, and how much of the text it is. */
export interface LabelledPart {
  readonly answer: Labelled;
  readonly characters: number;
}

export interface LabelerLimits {
  readonly textsPerRequest: number;
  /** In UTF-8. */
  readonly bytesPerText?: number;
  /** In Unicode code points. */
  readonly charactersPerText?: number;
  readonly requestsPerSecond?: number;
  /** A text without a word in it is not sent, and gets no label. */
  readonly refusesBlank?: boolean;
}

/** Something that labels texts: a rule, a model, a service. */
export interface Labeler {
  /** Stands for it in files and tables: lower case, no spaces. */
  readonly name: string;
  /** Changes whenever its answers may. */
  readonly version: string;
  /** Everything set by a person that changes what it says; not how that is read. */
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
  /** Reads an answer that was kept as it came, by the settings of now: a neutral band costs nothing to change. */
  read?(raw: Json): Answer;
  /**
   * One answer for a text that was too long and was asked for in parts (two or more). Without this, such a text gets
   * no label.
   */
  combine?(parts: readonly LabelledPart[]): Labelled;
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
