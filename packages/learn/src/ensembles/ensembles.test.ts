import { describe, expect, it } from 'vitest';
import { Random } from '../random/index.ts';
import {
  combine,
  dawidSkene,
  fitLogistic,
  fitStacker,
  gainOver,
  type Member,
  predictLogistic,
  searchWeights,
} from './index.ts';

const refusal = (code: string) => expect.objectContaining({ code });

describe('fitLogistic', () => {
  const inputs = Array.from({ length: 30 }, (_, i) =>
    [0, 1, 2].map((j) => ((i * 7 + j * 3) % 11) / 5 - 1 + (i % 3 === j ? 0.5 : 0)),
  );
  const labels = inputs.map((_, i) => i % 3);

  // scikit-learn 1.9.1, LogisticRegression(C=1, tol=1e-10).
  it("has scikit-learn's coefficients, intercepts and probabilities", () => {
    const model = fitLogistic(inputs, labels, { classes: 3 });
    const weights = [
      0.6694617214215901, -0.5027809710134874, -0.16668075040810287, -0.2085295796662187, 0.7078668658920612,
      -0.4993372862258428, -0.19044819368644156, -0.161193092189887, 0.35164128587632865,
    ];
    weights.forEach((weight, i) => {
      expect(model.weights[i]).toBeCloseTo(weight, 5);
    });
    [-0.0356277914018044, -0.08512933874481528, 0.12075713014661964].forEach((bias, k) => {
      expect(model.bias[k]! - model.bias[0]!).toBeCloseTo(bias - -0.0356277914018044, 5);
    });
    const [first] = [predictLogistic(model, inputs[0]!)];
    [0.2264447498054847, 0.2699976420735161, 0.5035576081209991].forEach((p, k) => {
      expect(first![k]).toBeCloseTo(p, 5);
    });
  });

  it('refuses one class, rows of other widths, and what is not finite', () => {
    expect(() => fitLogistic([[1], [2]], [0, 0], { classes: 2 })).toThrow(refusal('ASSAY_LEARN_ONE_CLASS'));
    expect(() => fitLogistic([[1], [2, 3]], [0, 1], { classes: 2 })).toThrow(refusal('ASSAY_LEARN_LENGTHS_DIFFER'));
    expect(() => fitLogistic([[1], [Number.NaN]], [0, 1], { classes: 2 })).toThrow(
      refusal('ASSAY_LEARN_VALUE_INVALID'),
    );
  });
});

/** Members whose log-odds are the truth with noise of their own. */
function members(noise: readonly number[], items: number, seed: number): { labels: number[]; members: Member[] } {
  const random = new Random(seed);
  const labels = Array.from({ length: items }, () => random.integer(2));
  const made = noise.map((sd, m) => ({
    name: `m${m}`,
    probabilities: labels.map((label) => {
      const p = 1 / (1 + Math.exp(-(label === 1 ? 1 : -1) - sd * random.normal()));
      return [1 - p, p];
    }),
  }));
  return { labels, members: made };
}
const logLoss = (rows: readonly ArrayLike<number>[], labels: readonly number[]) =>
  labels.reduce((sum, label, i) => sum - Math.log(rows[i]![label]!), 0) / labels.length;

describe('ensembles', () => {
  const dev = members([0.7, 1.5, 4], 600, 5);
  const test = members([0.7, 1.5, 4], 2000, 6);

  it.each(['grid', 'genetic', 'swarm'] as const)(
    '%s finds weights at least as good as the mean, and says their loss',
    (method) => {
      const { weights, loss } = searchWeights(dev.members, dev.labels, { method });
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(loss).toBeCloseTo(logLoss(combine(dev.members, weights), dev.labels), 12);
      expect(loss).toBeLessThan(logLoss(combine(dev.members), dev.labels) - 0.01);
      expect(weights[0]!).toBeGreaterThan(weights[2]!);
      expect(searchWeights(dev.members, dev.labels, { method })).toEqual({ weights, loss });
    },
  );

  it('the three searches agree to what a grid of tenths can tell', () => {
    const [grid, genetic, swarm] = (['grid', 'genetic', 'swarm'] as const).map(
      (method) => searchWeights(dev.members, dev.labels, { method }).loss,
    );
    expect(genetic).toBeLessThanOrEqual(grid! + 1e-4);
    expect(swarm).toBeLessThanOrEqual(grid! + 1e-4);
    expect(Math.abs(genetic! - swarm!)).toBeLessThan(1e-3);
  });

  it('stacking beats the best member on new items, clearly; a member gains nothing over itself', () => {
    const stacked = fitStacker(dev.members, dev.labels).predict(test.members);
    expect(logLoss(stacked, test.labels)).toBeLessThan(logLoss(combine(test.members), test.labels));
    const gain = gainOver(stacked, test.members[1]!.probabilities, test.labels, { resamples: 500 });
    expect(gain).toMatchObject({ isClear: true });
    expect(gain.low).toBeGreaterThan(0);
    const none = gainOver(stacked, stacked, test.labels, { resamples: 100 });
    expect(none).toMatchObject({ difference: 0, isClear: false });
  });

  it('refuses members of other items, and what is no probability', () => {
    const [first] = dev.members;
    const short = { name: 'short', probabilities: first!.probabilities.slice(1) };
    expect(() => combine([first!, short])).toThrow(refusal('ASSAY_LEARN_LENGTHS_DIFFER'));
    expect(() => combine([])).toThrow(refusal('ASSAY_LEARN_NO_EXAMPLES'));
    expect(() => combine([{ name: 'n', probabilities: [[Number.NaN, 1]] }])).toThrow(
      refusal('ASSAY_LEARN_VALUE_INVALID'),
    );
    expect(() => searchWeights(dev.members, dev.labels, { method: 'grid', steps: 2000 })).toThrow(
      refusal('ASSAY_LEARN_SEARCH_OPTIONS'),
    );
  });
});

describe('dawidSkene', () => {
  it('tells good labelers from bad ones, and is right more often than the vote', () => {
    const random = new Random(9);
    const skills = { expert: 0.95, good: 0.8, coin: 0.34, liar: 0.1, other: 0.34 };
    const names = ['a', 'b', 'c'];
    const truth = Array.from({ length: 800 }, () => random.integer(3));
    const votes = truth.map((own) =>
      Object.fromEntries(
        Object.entries(skills).map(([labeler, skill]) => [
          labeler,
          random.next() < skill ? names[own]! : names[(own + 1 + random.integer(2)) % 3]!,
        ]),
      ),
    );
    const { softLabels, confusion, prevalence } = dawidSkene(votes);
    const found = softLabels.map((row) => row.indexOf(Math.max(...row)));
    const right = found.filter((label, i) => label === truth[i]).length / truth.length;
    const vote = votes.filter((item, i) => {
      const counts = names.map((name) => Object.values(item).filter((said) => said === name).length);
      return counts.indexOf(Math.max(...counts)) === truth[i];
    }).length;
    expect(right).toBeGreaterThan(0.94);
    expect(right).toBeGreaterThan(vote / truth.length + 0.1);
    expect(confusion.expert![0]![0]).toBeGreaterThan(0.9);
    expect(confusion.liar![0]![0]).toBeLessThan(0.2);
    expect(prevalence[1]).toBeCloseTo(1 / 3, 1);
  });

  // The expected numbers are those of an implementation of its own in numpy, on the same votes.
  it('ends where another implementation of the same algorithm ends', () => {
    const names = ['a', 'b', 'c'];
    const votes = Array.from({ length: 12 }, (_, i) =>
      Object.fromEntries(
        [0, 1, 2, 3].map((j) => [`l${j}`, names[(i + ((i * 5 + j * 7) % (4 + j) !== 0 ? 0 : 1 + (j % 2))) % 3]!]),
      ),
    );
    const { logLikelihood, prevalence, confusion } = dawidSkene(votes, { tolerance: 1e-12 });
    expect(logLikelihood).toBeCloseTo(-27.202639078634242, 8);
    for (const share of prevalence) expect(share).toBeCloseTo(1 / 3, 9);
    [0.5, 0, 0.5].forEach((share, k) => {
      expect(confusion.l2![2]![k]).toBeCloseTo(share, 8);
    });
  });

  it('takes several votes of one labeler, and silence', () => {
    const { softLabels, labels } = dawidSkene([
      { x: ['yes', 'yes', 'no'], y: 'yes' },
      { x: 'no', y: null },
      { x: 'no', y: 'no' },
      { x: 'yes', y: 'yes' },
    ]);
    expect(labels).toEqual(['no', 'yes']);
    expect(softLabels[0]![1]).toBeGreaterThan(0.9);
    expect(softLabels[1]![0]).toBeGreaterThan(0.5);
  });

  it('refuses items that nobody labelled, one label alone, and strangers', () => {
    expect(() => dawidSkene([])).toThrow(refusal('ASSAY_LEARN_NO_EXAMPLES'));
    expect(() => dawidSkene([{ x: null }])).toThrow(refusal('ASSAY_LEARN_NO_EXAMPLES'));
    expect(() => dawidSkene([{ x: 'a' }])).toThrow(refusal('ASSAY_LEARN_ONE_CLASS'));
    expect(() => dawidSkene([{ x: 'a' }], { labels: ['b', 'c'] })).toThrow(refusal('ASSAY_LEARN_LABEL_UNKNOWN'));
  });
});
