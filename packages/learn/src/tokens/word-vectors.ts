import { LearnError } from '../errors.ts';

/** What the tokenizer writes in another way than files of vectors do. */
const WRITTEN: Readonly<Record<string, string>> = { '…': '...', '!!': '!', '??': '?' };

/** Vectors of words that somebody has trained, in the order of their file: the commonest words first, as a rule. */
export class WordVectors {
  readonly width: number;
  readonly words: readonly string[];
  /** [words, width]. */
  readonly values: Float32Array;
  readonly #rows: ReadonlyMap<string, number>;

  /** @throws LearnError `ASSAY_LEARN_VECTORS_INVALID` when sizes do not fit, a word comes twice, or a value is no number. */
  constructor(words: readonly string[], values: Float32Array, width: number) {
    if (words.length === 0 || width < 1 || values.length !== words.length * width) {
      throw invalidVectors(`${words.length} words of ${width} values are not ${values.length} values`);
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw invalidVectors(`the vector of ${JSON.stringify(words[Math.floor(wrong / width)])} holds ${values[wrong]}`);
    }
    this.words = words;
    this.values = values;
    this.width = width;
    // Of a word that comes twice the first counts.
    const rows = new Map<string, number>();
    words.forEach((word, row) => {
      if (!rows.has(word)) rows.set(word, row);
    });
    this.#rows = rows;
  }

  /** The vector of a word as the tokenizer writes it. */
  vector(word: string): Float32Array | undefined {
    const row = this.#rows.get(word) ?? (Object.hasOwn(WRITTEN, word) ? this.#rows.get(WRITTEN[word]!) : undefined);
    return row === undefined ? undefined : this.values.subarray(row * this.width, (row + 1) * this.width);
  }
}

export function invalidVectors(what: string, cause?: unknown): LearnError {
  return new LearnError('ASSAY_LEARN_VECTORS_INVALID', `The vectors cannot be used: ${what}.`, {
    hint: 'Give a file of GloVe or word2vec (text or binary), or one that convert-vectors wrote.',
    cause,
  });
}
