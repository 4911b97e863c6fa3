import { type LabelledText, Random, type TextClassifier, type TextModel, trainTextClassifier } from '@assay/learn';

/** A logistic bag of words, where pairs of neighbours count too: the same as `bag_of_words` in models.py. */
export const bagOfWords = {
  bias: -0.3,
  weights: {
    strong: 1.4,
    weak: -1.7,
    growth: 0.9,
    not: -0.3,
    'not strong': -2.1,
    'very weak': -0.8,
    demand: 0.25,
    record: 0.6,
    loss: -1.1,
    margins: 0.15,
    again: -0.1,
  } as Readonly<Record<string, number>>,
};

export const bagOfWordsModel: TextModel = {
  labels: ['negative', 'positive'],
  probabilities: (texts) =>
    texts.map((text) => {
      const words = text
        .toLowerCase()
        .split(/\W+/)
        .filter((word) => word !== '');
      let score = bagOfWords.bias;
      words.forEach((word, i) => {
        score += bagOfWords.weights[word] ?? 0;
        if (i > 0) score += bagOfWords.weights[`${words[i - 1]} ${word}`] ?? 0;
      });
      const p = 1 / (1 + Math.exp(-score));
      return [1 - p, p];
    }),
};

const good = ['strong', 'growth', 'record', 'better', 'raised'];
const bad = ['weak', 'loss', 'decline', 'worse', 'missed'];
const filler =
  'the a quarter demand was in region margins again we and of our sales year outlook for that business'.split(' ');

/** Sentences of lower-case words, so that every tokenizer sees the same words; "not" turns what follows round. */
export function sentences(count: number, seed: number, length = 14): LabelledText[] {
  const random = new Random(seed);
  const draw = (words: readonly string[]) => words[random.integer(words.length)]!;
  return Array.from({ length: count }, () => {
    const label = random.integer(2);
    const words = Array.from({ length: length - 3 }, () => draw(filler));
    for (let i = 0; i < 3; i++) {
      const turned = random.next() < 0.3;
      const word = draw((label === 1) !== turned ? good : bad);
      words.splice(random.integer(words.length + 1), 0, turned ? `not ${word}` : word);
    }
    return { label: ['negative', 'positive'][label]!, text: words.join(' ') };
  });
}

/** A small network of two members, trained at once; `filler` and all of the words above are in its vocabulary. */
export function smallClassifier(): Promise<TextClassifier> {
  return trainTextClassifier({
    train: sentences(600, 3),
    config: { epochs: 4, members: 2, embed: { width: 24 }, encode: { width: 24, depth: 2 }, attend: { width: 24 } },
  });
}
