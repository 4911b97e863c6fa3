import { type Token, tokenize, UNKNOWN, type Vocabulary } from '../tokens/index.ts';
import { LABEL_SEPARATOR } from '../training/index.ts';

/** One token with the share of attention that the model gave it; the shares of a text sum to 1. */
export interface AttendedToken extends Token {
  readonly attention: number;
}

export interface Prediction {
  /** The most probable label. Of a multi-label model, all labels of probability 0.5 or more, with `|` between them. */
  readonly label: string;
  /** By label, in the model's order of labels; they sum to 1, unless the model is multi-label. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** The tokens that the model read, when they were asked for. Beyond `maxTokens` a text is not read. */
  readonly tokens?: readonly AttendedToken[];
}

export interface PredictionOptions {
  /**
   * Also gives each text's tokens, with their offsets and shares of attention. Attention tells where the model looked,
   * not why it decided; for that see `integratedGradients`.
   */
  readonly attention?: boolean;
}

/** A text as a classifier reads it. */
export interface EncodedText {
  readonly tokens: readonly Token[];
  /** The tokens' ids; for a text without tokens, the unknown word alone. */
  readonly ids: Int32Array;
}

export function encodeText(text: string, vocabulary: Vocabulary, maxTokens: number): EncodedText {
  const tokens = tokenize(text).slice(0, maxTokens);
  return { tokens, ids: tokens.length === 0 ? Int32Array.of(UNKNOWN) : vocabulary.encode(tokens) };
}

/** A prediction from one row of probabilities, and one of attention when it is asked for. */
export function toPrediction(
  labels: readonly string[],
  tokens: readonly Token[],
  probabilities: ArrayLike<number>,
  attention: ArrayLike<number> | undefined,
  several: boolean,
): Prediction {
  let best = 0;
  for (let k = 1; k < labels.length; k++) if (probabilities[k]! > probabilities[best]!) best = k;
  const label = several ? labels.filter((_, k) => probabilities[k]! >= 0.5).join(LABEL_SEPARATOR) : labels[best]!;
  return {
    label,
    probabilities: Object.fromEntries(labels.map((label, k) => [label, probabilities[k]!])),
    ...(attention && { tokens: tokens.map((token, t) => ({ ...token, attention: attention[t]! })) }),
  };
}
