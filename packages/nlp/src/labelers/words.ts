const word = /[\p{L}\p{N}]+(?:[-'’.&][\p{L}\p{N}]+)*/gu;

/** The words of a text in lower case, with inner hyphens and apostrophes (straight), without marks around them. */
export function wordsOf(text: string): string[] {
  return (text.match(word) ?? []).map((found) => found.toLowerCase().replaceAll('’', "'"));
}

/** Phrases of one or more words → values, found longest first. */
export class PhraseTable<Value> {
  readonly #values: ReadonlyMap<string, Value>;
  /** First word → the lengths, longest first, of the phrases that begin with it. */
  readonly #lengths = new Map<string, number[]>();

  constructor(phrases: Iterable<readonly [phrase: string, value: Value]>) {
    this.#values = new Map(phrases);
    for (const phrase of this.#values.keys()) {
      const parts = phrase.split(' ');
      const lengths = this.#lengths.get(parts[0]!) ?? [];
      if (!lengths.includes(parts.length)) lengths.push(parts.length);
      this.#lengths.set(
        parts[0]!,
        lengths.sort((a, b) => b - a),
      );
    }
  }

  /** The longest phrase that begins at `index`, and how many words it takes. */
  at(words: readonly string[], index: number): { readonly value: Value; readonly length: number } | undefined {
    for (const length of this.#lengths.get(words[index]!) ?? []) {
      if (index + length > words.length) continue;
      const value = this.#values.get(length === 1 ? words[index]! : words.slice(index, index + length).join(' '));
      if (value !== undefined) return { value, length };
    }
    return undefined;
  }
}
