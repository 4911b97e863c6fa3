import type { Explanation } from './explanation.ts';

/** What a word did over a set of texts. */
export interface WordSummary {
  readonly word: string;
  /** Texts it occurs in. */
  readonly texts: number;
  /** Over those texts, of the sum of its occurrences' attributions: the mean, and the mean of the absolute values. */
  readonly mean: number;
  readonly meanAbsolute: number;
}

export interface TargetSummary {
  readonly target: string;
  /** Texts that were explained for this label. */
  readonly texts: number;
  /** The largest mean |attribution| first. */
  readonly words: readonly WordSummary[];
}

/**
 * A global summary of many explanations: for each explained label, the words by their mean |attribution| (in lower case).
 * An attribution is for a label, so that labels are not mixed.
 *
 * @param options.leastTexts words of fewer texts are left out; 1 by default.
 */
export function summariseAttributions(
  explanations: readonly Pick<Explanation, 'target' | 'tokens'>[],
  { leastTexts = 1 }: { readonly leastTexts?: number } = {},
): TargetSummary[] {
  const targets = [...Map.groupBy(explanations, ({ target }) => target)].sort(([a], [b]) => (a < b ? -1 : 1));
  return targets.map(([target, explained]) => {
    const words = new Map<string, { texts: number; sum: number; absolute: number }>();
    for (const { tokens } of explained) {
      const inText = new Map<string, number>();
      for (const { word, attribution } of tokens) {
        const key = word.toLowerCase();
        inText.set(key, (inText.get(key) ?? 0) + attribution);
      }
      for (const [word, attribution] of inText) {
        const seen = words.get(word) ?? { texts: 0, sum: 0, absolute: 0 };
        seen.texts++;
        seen.sum += attribution;
        seen.absolute += Math.abs(attribution);
        words.set(word, seen);
      }
    }
    return {
      target,
      texts: explained.length,
      words: [...words]
        .filter(([, { texts }]) => texts >= leastTexts)
        .map(([word, { texts, sum, absolute }]) => ({ word, texts, mean: sum / texts, meanAbsolute: absolute / texts }))
        .sort((a, b) => b.meanAbsolute - a.meanAbsolute || (a.word < b.word ? -1 : 1)),
    };
  });
}
