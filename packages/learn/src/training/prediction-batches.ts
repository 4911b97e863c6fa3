/** Rows that one pass of prediction takes at most, unless a single text is longer. */
const PREDICTION_ROWS = 4096;
const PREDICTION_TEXTS = 64;

/** Ranges of texts that are predicted together: at most 64, and 4,096 tokens unless one alone has more. */
export function* predictionBatches(sequences: readonly Int32Array[]): Generator<{ from: number; to: number }> {
  let from = 0;
  let tokens = 0;
  for (let to = 0; to < sequences.length; to++) {
    const length = sequences[to]!.length;
    if (to > from && (to - from === PREDICTION_TEXTS || tokens + length > PREDICTION_ROWS)) {
      yield { from, to };
      from = to;
      tokens = 0;
    }
    tokens += length;
  }
  if (from < sequences.length) yield { from, to: sequences.length };
}
