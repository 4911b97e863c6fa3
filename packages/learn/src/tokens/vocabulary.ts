import { createHash } from 'node:crypto';
import { LearnError } from '../errors.ts';
import type { Token } from './tokenize.ts';

/** The id of padding, and of nothing else. */
export const PADDING = 0;
/** The id of every word that the vocabulary does not have. */
export const UNKNOWN = 1;

const RESERVED = ['<padding>', '<unknown>'] as const;

/** The words a model knows, each with an id; 0 is padding and 1 any unknown word. */
export class Vocabulary {
  readonly #words: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(words: readonly string[]) {
    this.#words = words;
    this.#ids = new Map(words.map((word, id) => [word, id]));
  }

  /**
   * Counts the words of the training texts, and of no others, and keeps the most frequent; equally frequent ones in
   * order of code units.
   *
   * @param options.minCount how often a word must occur; @param options.maxSize how many words are kept, at most;
   * @param options.extra words that are added after those, whether they occur or not.
   */
  static build(
    texts: Iterable<readonly Token[]>,
    {
      minCount = 1,
      maxSize = Number.POSITIVE_INFINITY,
      extra = [],
    }: { minCount?: number; maxSize?: number; extra?: readonly string[] } = {},
  ): Vocabulary {
    const counts = new Map<string, number>();
    for (const tokens of texts) for (const { word } of tokens) counts.set(word, (counts.get(word) ?? 0) + 1);
    const kept = [...counts]
      .filter(([, count]) => count >= minCount)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .slice(0, maxSize)
      .map(([word]) => word);
    return new Vocabulary([...new Set<string>([...RESERVED, ...kept, ...extra])]);
  }

  /**
   * The vocabulary that `toJSON` wrote.
   *
   * @throws LearnError `ASSAY_LEARN_VOCABULARY_INVALID` when it is not a list of different words after the reserved two.
   */
  static fromJSON(words: unknown): Vocabulary {
    const strings = Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
    const whole = Array.isArray(words) && strings.length === words.length && new Set(strings).size === strings.length;
    if (!whole || strings[PADDING] !== RESERVED[PADDING] || strings[UNKNOWN] !== RESERVED[UNKNOWN]) {
      throw new LearnError(
        'ASSAY_LEARN_VOCABULARY_INVALID',
        `A vocabulary must be a list of different words that begins with ${RESERVED.join(' and ')}.`,
        { hint: 'The model is damaged or was not written by this library; take it from its registry again.' },
      );
    }
    return new Vocabulary(strings);
  }

  /** How many ids there are, the reserved two among them. */
  get size(): number {
    return this.#words.length;
  }

  id(word: string): number {
    return this.#ids.get(word) ?? UNKNOWN;
  }

  /** The tokens' ids. */
  encode(tokens: readonly Token[]): Int32Array {
    return Int32Array.from(tokens, ({ word }) => this.id(word));
  }

  word(id: number): string | undefined {
    return this.#words[id];
  }

  /** Its words in order of id; the reserved two first. */
  toJSON(): readonly string[] {
    return this.#words;
  }

  /** SHA-256, in hexadecimal, of the words in order, each followed by a line feed. */
  digest(): string {
    const hash = createHash('sha256');
    for (const word of this.#words) hash.update(word).update('\n');
    return hash.digest('hex');
  }
}
