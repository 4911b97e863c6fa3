/** Embed: a vector for each word of the vocabulary, learned from nothing. */
interface WordEmbedding {
  readonly kind: 'words';
  readonly width: number;
}

/** Embed: a vector for each word that somebody has trained, kept as it is or tuned. */
interface PretrainedEmbedding {
  readonly kind: 'vectors';
  /** That of the vectors; 0 until they are known. */
  readonly width: number;
  /** Whether training changes the vectors. */
  readonly tuned: boolean;
  /** How many of the vectors' first words are known to the model even if they do not occur in training. */
  readonly extra: number;
}

/** Encode: `depth` layers, each of which sees every word with `radius` neighbours on either side. */
interface WindowEncoding {
  readonly kind: 'window';
  readonly width: number;
  /** One radius, or several whose outputs, of equal shares of the width, stand side by side. */
  readonly radius: number | readonly number[];
  readonly depth: number;
  /** Adds a layer's input to its output where both have one width. */
  readonly residual: boolean;
}

/** Encode: gated recurrent units that read the text from both ends, half the width each. */
interface BiGruEncoding {
  readonly kind: 'bigru';
  readonly width: number;
  readonly depth: number;
}

/** Encode: long short-term memories that read the text from both ends, half the width each. */
interface BiLstmEncoding {
  readonly kind: 'bilstm';
  readonly width: number;
  readonly depth: number;
}

/** Encode: layers of self-attention and a feed-forward network of `hidden` units. */
interface TransformerEncoding {
  readonly kind: 'transformer';
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  readonly depth: number;
}

export type Encoding = WindowEncoding | BiGruEncoding | BiLstmEncoding | TransformerEncoding;

/** Attend: additive attention with a context vector. */
interface AdditiveAttending {
  readonly kind: 'additive';
  readonly width: number;
}

/** Attend: a learned query for each head over projected keys and values, whose results stand side by side. */
interface MultiHeadAttending {
  readonly kind: 'multi-head';
  readonly width: number;
  readonly heads: number;
}

/** Attend: structured self-attention, `heads` weightings of the text by additive attention, side by side. */
interface SelfAttending {
  readonly kind: 'self';
  readonly width: number;
  readonly heads: number;
}

/** The largest value of each column, or the mean. */
interface PlainPooling {
  readonly kind: 'max' | 'mean';
}

export type Attending = AdditiveAttending | MultiHeadAttending | SelfAttending | PlainPooling;

/** Predict: one of several classes; any number of them; or one of several that have an order. */
export interface Prediction {
  readonly kind: 'softmax' | 'multi-label' | 'ordinal';
}

/** What a network is made of; each of the four parts is chosen by its `kind`. Several encoders are stacked in their order. */
export interface Architecture {
  readonly embed: WordEmbedding | PretrainedEmbedding;
  readonly encode: Encoding | readonly Encoding[];
  readonly attend: Attending;
  readonly predict: Prediction;
}
