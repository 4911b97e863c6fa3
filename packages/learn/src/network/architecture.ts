/** Embed: a vector for each word of the vocabulary. */
interface WordEmbedding {
  readonly kind: 'words';
  readonly width: number;
}

/** Encode: `depth` layers, each of which sees every word with `radius` neighbours on either side. */
interface WindowEncoding {
  readonly kind: 'window';
  readonly width: number;
  readonly radius: number;
  readonly depth: number;
  /** Adds a layer's input to its output where both have one width. */
  readonly residual: boolean;
}

/** Attend: additive attention with a context vector. */
interface AdditiveAttending {
  readonly kind: 'additive';
  readonly width: number;
}

/** Predict: one of several classes. */
interface SoftmaxPrediction {
  readonly kind: 'softmax';
}

/** What a network is made of; each of the four parts is chosen by its `kind`. */
export interface Architecture {
  readonly embed: WordEmbedding;
  readonly encode: WindowEncoding;
  readonly attend: AdditiveAttending;
  readonly predict: SoftmaxPrediction;
}
