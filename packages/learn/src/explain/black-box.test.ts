import { describe, expect, it } from 'vitest';
import {
  asTextModel,
  type BlackBoxExplanation,
  blackBoxMethods,
  explainText,
  faithfulness,
  kernelShap,
  lime,
  occlusion,
  partitionShap,
  summariseAttributions,
  type TextModel,
} from './index.ts';
import { splitWords } from './masked-text.ts';

const weights: Readonly<Record<string, number>> = { strong: 1.2, weak: -1.6, growth: 0.7, not: -0.4, demand: 0.2 };

/** A logistic bag of words with one interaction: "not" turns "strong" round. */
const model: TextModel = {
  labels: ['negative', 'positive'],
  probabilities: (texts) =>
    texts.map((text) => {
      const words = text.toLowerCase().split(/\W+/);
      let score = words.reduce((sum, word) => sum + (weights[word] ?? 0), 0.1);
      if (words.includes('not') && words.includes('strong')) score -= 2;
      const p = 1 / (1 + Math.exp(-score));
      return [1 - p, p];
    }),
};

const TEXT = 'Demand was not strong, growth was weak';
const attributionOf = ({ tokens }: BlackBoxExplanation, word: string) =>
  tokens.find((token) => token.word === word)!.attribution;

/** Shapley's definition: the mean over all orders of what a word adds to those before it. */
async function shapleyByOrders(text: string): Promise<number[]> {
  const words = text.split(' ');
  const value = async (kept: ReadonlySet<number>) => {
    const parts = words.map((word, i) => (kept.has(i) ? word : '...'));
    return (await model.probabilities([parts.join(' ')]))[0]![1]!;
  };
  const orders = (items: readonly number[]): number[][] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
  const sums = words.map(() => 0);
  const all = orders(words.map((_, i) => i));
  for (const order of all) {
    const kept = new Set<number>();
    let before = await value(kept);
    for (const word of order) {
      kept.add(word);
      const after = await value(kept);
      sums[word]! += (after - before) / all.length;
      before = after;
    }
  }
  return sums;
}

describe('SHAP', () => {
  it('gives the Shapley values where all coalitions fit into the budget', async () => {
    const text = 'demand not strong growth weak';
    const expected = await shapleyByOrders(text);
    const { tokens, evaluations, score, delta } = await kernelShap(model, text, { target: 'positive' });
    tokens.forEach(({ attribution }, i) => {
      expect(attribution).toBeCloseTo(expected[i]!, 9);
    });
    expect(evaluations).toBeLessThanOrEqual(32);
    expect(score).toBeCloseTo(
      expected.reduce((sum, value) => sum + value, 0),
      9,
    );
    expect(Math.abs(delta)).toBeLessThan(1e-9);
  });

  it('sums to f(text) − f(all masked) by coalitions drawn at random, by a tree, and by a tree cut short', async () => {
    const text = Array.from({ length: 40 }, (_, i) => Object.keys(weights)[i % 5]).join(' ');
    for (const explained of [
      await kernelShap(model, text),
      await kernelShap(model, text, { features: 4 }),
      await partitionShap(model, text),
      await partitionShap(model, text, { evaluations: 30 }),
    ]) {
      expect(explained.score).toBeCloseTo(explained.targetProbability - explained.baselineProbability, 9);
    }
    const few = await kernelShap(model, text, { features: 4 });
    expect(few.tokens.filter(({ attribution }) => attribution !== 0).length).toBe(4);
    expect((await partitionShap(model, text, { evaluations: 30 })).evaluations).toBeLessThanOrEqual(36);
  });

  it('agrees with itself by tree and by coalitions where the model only adds', async () => {
    const adds: TextModel = {
      labels: ['no', 'yes'],
      probabilities: (texts) =>
        texts.map((text) => {
          const p = 0.5 + text.split(/\W+/).reduce((sum, word) => sum + 0.05 * (weights[word] ?? 0), 0);
          return [1 - p, p];
        }),
    };
    const text = 'demand was weak but growth was strong again in the east and not in the west';
    const tree = await partitionShap(adds, text, { target: 'yes' });
    const coalitions = await kernelShap(adds, text, { target: 'yes' });
    tree.tokens.forEach(({ word, attribution }, i) => {
      expect(attribution).toBeCloseTo(0.05 * (weights[word] ?? 0), 9);
      expect(coalitions.tokens[i]!.attribution).toBeCloseTo(attribution, 9);
    });
  });
});

describe('lime', () => {
  it('finds the words that count, with the same numbers for the same seed', async () => {
    const first = await lime(model, TEXT, { target: 'negative', seed: 5 });
    expect(first.words.slice(0, 2).map(({ word }) => word)).toEqual(['not', 'weak']);
    expect(first.r2).toBeGreaterThan(0.7);
    expect(await lime(model, TEXT, { target: 'negative', seed: 5 })).toEqual(first);
    const other = await lime(model, TEXT, { target: 'negative', seed: 6 });
    expect(other.words).not.toEqual(first.words);
    expect(other.words[0]!.attribution).toBeCloseTo(first.words[0]!.attribution, 1);
  });

  it('sees all occurrences of a word as one, and asks about each text once', async () => {
    const { tokens, words, score, evaluations } = await lime(model, 'weak, weak and weak');
    expect(tokens.map(({ word }) => word)).toEqual(['weak', 'weak', 'and', 'weak']);
    expect(words.length).toBe(2);
    expect(tokens[0]!.attribution).toBe(tokens[3]!.attribution);
    expect(score).toBeCloseTo(words[0]!.attribution + words[1]!.attribution, 12);
    expect(evaluations).toBe(4);
  });

  it('keeps as many words as it is told, by forward selection too', async () => {
    const { words, tokens } = await lime(model, TEXT, { features: 2, target: 'negative' });
    expect(words.length).toBe(2);
    expect(tokens.filter(({ attribution }) => attribution !== 0).length).toBe(2);
    expect((await lime(model, TEXT, { selection: 'none' })).words.length).toBe(6);
  });
});

describe('occlusion', () => {
  it('is the fall in probability when a word goes', async () => {
    const [whole, without] = await model.probabilities([TEXT, TEXT.replace('weak', '')]);
    const explained = await occlusion(model, TEXT, { target: 'negative' });
    expect(attributionOf(explained, 'weak')).toBeCloseTo(whole![0]! - without![0]!, 12);
    expect(explained.evaluations).toBe(9);
  });

  it('takes the mean over the windows of a word', async () => {
    const [whole, first, second] = await model.probabilities(['strong weak growth', 'growth', 'strong']);
    const { tokens } = await occlusion(model, 'strong weak growth', { window: 2, target: 'positive' });
    expect(tokens[1]!.attribution).toBeCloseTo((2 * whole![1]! - first![1]! - second![1]!) / 2, 12);
    expect(tokens[0]!.attribution).toBeCloseTo(whole![1]! - first![1]!, 12);
  });
});

describe('faithfulness', () => {
  it('is better than chance for an explanation, and worse for its opposite', async () => {
    const text = 'growth was strong here again and demand was weak there';
    const explained = await kernelShap(model, text, { target: 'positive' });
    const { deletion, insertion } = await faithfulness(model, text, explained);
    expect(deletion.area).toBeLessThan(deletion.randomArea);
    expect(insertion.area).toBeGreaterThan(insertion.randomArea);
    expect(deletion.probabilities.length).toBe(11);
    expect(deletion.probabilities[0]).toBe(insertion.probabilities.at(-1));
    const tokens = explained.tokens.map((token) => ({ ...token, attribution: -token.attribution }));
    const opposite = await faithfulness(model, text, { tokens, target: 'positive' });
    expect(opposite.deletion.area).toBeGreaterThan(deletion.randomArea);
  });
});

describe('summariseAttributions', () => {
  it('takes the mean over texts, of the sum over occurrences, for each label apart', async () => {
    const token = (word: string, attribution: number) => ({ word, start: 0, end: word.length, attribution });
    const [no, yes] = summariseAttributions([
      { target: 'yes', tokens: [token('Good', 0.3), token('good', 0.1), token('the', 0.01)] },
      { target: 'yes', tokens: [token('good', -0.2)] },
      { target: 'no', tokens: [token('good', -0.5)] },
    ]);
    expect(no).toEqual({ target: 'no', texts: 1, words: [{ word: 'good', texts: 1, mean: -0.5, meanAbsolute: 0.5 }] });
    expect(yes!.words[0]!.word).toBe('good');
    expect(yes!.words[0]!.mean).toBeCloseTo(0.1, 12);
    expect(yes!.words[0]!.meanAbsolute).toBeCloseTo(0.3, 12);
  });
});

describe('what is refused', () => {
  const refusal = (code: string) => expect.objectContaining({ code });

  it.each(blackBoxMethods)(
    '%s: texts without words or of too many, labels that are none, answers that are none',
    async (method) => {
      const explain = (text: string, options = {}, of: TextModel = model) =>
        explainText(of, text, { method, ...options });
      await expect(explain('')).rejects.toThrow(refusal('ASSAY_LEARN_TEXT_EMPTY'));
      await expect(explain(' — ')).rejects.toThrow(refusal('ASSAY_LEARN_TEXT_EMPTY'));
      await expect(explain('word '.repeat(1001))).rejects.toThrow(refusal('ASSAY_LEARN_TEXT_LONG'));
      await expect(explain(TEXT, { target: 'mixed' })).rejects.toThrow(refusal('ASSAY_LEARN_LABEL_UNKNOWN'));
      const answers = (rows: (texts: readonly string[]) => unknown): TextModel => ({
        labels: ['a', 'b'],
        probabilities: (texts) => rows(texts) as number[][],
      });
      for (const wrong of [
        answers((texts) => texts.map(() => [0.5, Number.NaN])),
        answers((texts) => texts.map(() => [3, -2])),
        answers((texts) => texts.map(() => [1])),
        answers(() => [[0.5, 0.5]]),
        answers(() => 'none'),
      ]) {
        await expect(explain(TEXT, {}, wrong)).rejects.toThrow(refusal('ASSAY_LEARN_MODEL_OUTPUT'));
      }
      await expect(explain(TEXT, {}, { ...model, labels: [] })).rejects.toThrow(refusal('ASSAY_LEARN_LABELS_INVALID'));
    },
  );

  it('counts that make no sense, and methods that do not exist', async () => {
    const bad = refusal('ASSAY_LEARN_EXPLAIN_OPTIONS');
    await expect(lime(model, TEXT, { samples: 1 })).rejects.toThrow(bad);
    await expect(lime(model, TEXT, { features: 0 })).rejects.toThrow(bad);
    await expect(lime(model, TEXT, { kernelWidth: 0 })).rejects.toThrow(bad);
    await expect(kernelShap(model, TEXT, { samples: 2.5 })).rejects.toThrow(bad);
    await expect(partitionShap(model, TEXT, { evaluations: 1 })).rejects.toThrow(bad);
    await expect(occlusion(model, TEXT, { window: 8 })).rejects.toThrow(bad);
    await expect(explainText(model, TEXT, { method: 'saliency' as 'lime' })).rejects.toThrow(bad);
  });
});

it('one word gets all of it, whatever the method; emoji and scripts without spaces are words', async () => {
  for (const method of ['kernel-shap', 'partition-shap', 'occlusion'] as const) {
    const { tokens, score, targetProbability, baselineProbability } = await explainText(model, 'weak!', { method });
    expect(tokens.length).toBe(1);
    expect(score).toBeCloseTo(targetProbability - baselineProbability, 9);
  }
  expect(splitWords('好い映画 👍🏽 naïve_1').map(({ word }) => word)).toEqual([
    '好',
    'い',
    '映',
    '画',
    '👍🏽',
    'naïve_1',
  ]);
});

it('a classifier becomes a text model by its labels', async () => {
  const { labels, probabilities } = asTextModel({
    labels: ['b', 'a'],
    predict: (texts) => texts.map(() => ({ label: 'a', probabilities: { a: 0.75, b: 0.25 } })),
  });
  expect(labels).toEqual(['b', 'a']);
  expect(await probabilities(['x'])).toEqual([[0.25, 0.75]]);
});
