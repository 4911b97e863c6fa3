import { beforeAll, describe, expect, it } from 'vitest';
import { type TextClassifier, trainTextClassifier } from '../models/index.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import { integratedGradients } from './index.ts';

const TRAIN = Array.from({ length: 90 }, (_, i) => {
  const [label, word] = [
    ['negative', 'weak'],
    ['neutral', 'flat'],
    ['positive', 'strong'],
  ][i % 3] as [string, string];
  const filler = ['the', 'quarter', 'was', 'again', 'rather'];
  return { label, text: `${filler[i % 5]} demand was ${word} in ${filler[(i * 7) % 5]} region` };
});
const TEXT = 'Demand was Strong — again, “the” region!';

let classifier: TextClassifier;
beforeAll(async () => {
  classifier = await trainTextClassifier({
    train: TRAIN,
    config: { epochs: 12, learningRate: 0.01, members: 2, encode: { depth: 2 } },
  });
});

describe('integratedGradients', () => {
  it('is complete: the attributions sum to the change in probability', () => {
    for (const target of classifier.labels) {
      const { score, delta, targetProbability, baselineProbability } = integratedGradients(classifier, TEXT, {
        target,
      });
      expect(Math.abs(delta)).toBeLessThan(2e-3);
      expect(score - delta).toBeCloseTo(targetProbability - baselineProbability, 12);
    }
    const fine = integratedGradients(classifier, TEXT, { steps: 2000 });
    expect(Math.abs(fine.delta)).toBeLessThan(2e-5);
  });

  it('explains the most probable label by default, by the word that made it so', () => {
    const { label, target, tokens } = integratedGradients(classifier, TEXT);
    expect(label).toBe('positive');
    expect(target).toBe('positive');
    const strongest = tokens.toSorted((a, b) => b.attribution - a.attribution)[0]!;
    expect(TEXT.slice(strongest.start, strongest.end)).toBe('Strong');
  });

  it('gives offsets into the text as it was written', () => {
    const { tokens } = integratedGradients(classifier, TEXT);
    expect(tokens.map(({ start, end }) => TEXT.slice(start, end))).toEqual(
      'Demand was Strong — again , the region !'.split(' '),
    );
  });

  it('sums to 0 over the labels for each token, as probabilities sum to 1', () => {
    const all = classifier.labels.map((target) => integratedGradients(classifier, TEXT, { target }));
    all[0]!.tokens.forEach((_, t) => {
      const sum = all.reduce((total, { tokens }) => total + tokens[t]!.attribution, 0);
      expect(Math.abs(sum)).toBeLessThan(1e-6);
    });
  });

  // The path integral by differences alone: walk from the baseline to the text in small steps, and give each token the
  // change in probability that its own movement makes (at the middle of each step).
  it('agrees with an integral taken by finite differences of the forward pass', () => {
    const { ids } = classifier.encode(TEXT);
    const steps = 400;
    const target = classifier.labels.indexOf('positive');
    const expected = new Float64Array(ids.length);
    for (const network of classifier.networks) {
      const { width } = network.embedding;
      const run = (scales: readonly number[]) => {
        const batch = network.pack([ids]);
        const embedded = network.embed(batch);
        scales.forEach((scale, t) => {
          const start = (batch.starts[0]! + t) * width;
          for (let i = start; i < start + width; i++) embedded[i]! *= scale;
        });
        return network.forwardFrom(embedded, batch)[target]!;
      };
      for (let step = 0; step < steps; step++) {
        const middle = (step + 0.5) / steps;
        ids.forEach((_, t) => {
          const at = (scale: number) => run(Array.from(ids, (_, other) => (other === t ? scale : middle)));
          const reach = 0.01;
          expected[t]! += (at(middle + reach) - at(middle - reach)) / (2 * reach) / steps / classifier.networks.length;
        });
      }
    }
    const { tokens } = integratedGradients(classifier, TEXT, { target: 'positive', steps: 400 });
    tokens.forEach(({ attribution }, t) => {
      expect(Math.abs(attribution - expected[t]!)).toBeLessThan(1e-3);
    });
  });

  it('leaves predictions as they were', () => {
    const before = classifier.predict([TEXT]);
    integratedGradients(classifier, TEXT);
    expect(classifier.predict([TEXT])).toEqual(before);
  });

  it('explains a text without words by nothing', () => {
    expect(integratedGradients(classifier, '“ ”').tokens).toEqual([]);
  });

  it('refuses a label the model does not have, and steps that make no sense', () => {
    expect(() => integratedGradients(classifier, TEXT, { target: 'mixed' })).toThrow(/no label "mixed"/);
    expect(() => integratedGradients(classifier, TEXT, { steps: 0 })).toThrow(
      expect.objectContaining({ code: 'ASSAY_LEARN_STEPS_INVALID' }),
    );
  });
});

describe('gaussLegendre', () => {
  // Abramowitz and Stegun, table 25.4, n = 5, moved from [−1, 1] to [0, 1].
  it('gives the tabulated nodes and weights', () => {
    const { nodes, weights } = gaussLegendre(5);
    const zeros = [-0.906179845938664, -0.538469310105683, 0, 0.538469310105683, 0.906179845938664];
    const tabulated = [0.236926885056189, 0.478628670499366, 0.568888888888889, 0.478628670499366, 0.236926885056189];
    zeros.forEach((zero, i) => {
      expect(nodes[i]).toBeCloseTo((1 + zero) / 2, 14);
      expect(weights[i]).toBeCloseTo(tabulated[i]! / 2, 14);
    });
  });

  it('integrates polynomials of degree 2n − 1 exactly', () => {
    for (const points of [1, 2, 7, 50]) {
      const { nodes, weights } = gaussLegendre(points);
      const degree = 2 * points - 1;
      const integral = nodes.reduce((sum, x, i) => sum + weights[i]! * x ** degree, 0);
      expect(integral).toBeCloseTo(1 / (degree + 1), 13);
    }
  });
});
