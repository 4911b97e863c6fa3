import { describe, expect, it } from 'vitest';
import { bootstrapInterval, clusterBootstrap, mcnemarExact, pairedBootstrap, quantile } from './index.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const values = [1.2, 3.4, 0.5, 2.2, 5.1, 4.4, 2.8, 3.9, 1.7, 2.5];
const grouped = [
  ['a', 1.2],
  ['a', 3.4],
  ['b', 0.5],
  ['c', 2.2],
  ['c', 5.1],
  ['c', 4.4],
  ['d', 2.8],
  ['e', 3.9],
  ['e', 1.7],
  ['e', 2.5],
] as const;

describe('bootstrapInterval', () => {
  // numpy.percentile over 400,000 resamples of the same ten values gave 1.92 and 3.62.
  it('agrees with numpy on the mean of ten values', () => {
    const interval = bootstrapInterval(values, mean, { resamples: 50_000 });
    expect(interval.estimate).toBeCloseTo(2.77, 12);
    expect(Math.abs(interval.low - 1.92)).toBeLessThan(0.02);
    expect(Math.abs(interval.high - 3.62)).toBeLessThan(0.02);
  });

  it('is repeatable by seed', () => {
    expect(bootstrapInterval(values, mean, { seed: 3 })).toEqual(bootstrapInterval(values, mean, { seed: 3 }));
    expect(bootstrapInterval(values, mean, { seed: 3 })).not.toEqual(bootstrapInterval(values, mean, { seed: 4 }));
  });

  it('covers the true mean about as often as it says', () => {
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      let state = seed + 1;
      const sample = Array.from({ length: 60 }, () => {
        state = (state * 1664525 + 1013904223) % 4294967296;
        return state / 4294967296;
      });
      const { low, high } = bootstrapInterval(sample, mean, { resamples: 300, seed });
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(178);
    expect(covered).toBeLessThan(200);
  });

  it('leaves out samples on which the statistic is undefined, and says how many', () => {
    const interval = bootstrapInterval([0, 1], (sample) => (sample.includes(1) ? mean(sample) : Number.NaN));
    expect(interval.undefinedResamples).toBeGreaterThan(400);
    expect(interval.low).toBe(0.5);
  });

  it('refuses an empty set and options that make no sense', () => {
    expect(() => bootstrapInterval([], mean)).toThrow(expect.objectContaining({ code: 'ASSAY_LEARN_BOOTSTRAP_EMPTY' }));
    expect(() => bootstrapInterval([1], mean, { confidence: 95 })).toThrow(/confidence between 0 and 1/);
  });
});

describe('clusterBootstrap', () => {
  // numpy over 400,000 draws of five whole groups gave 1.775 and 3.5333.
  it('draws whole groups, as numpy does', () => {
    const interval = clusterBootstrap(
      grouped,
      ([group]) => group,
      (sample) => mean(sample.map(([, value]) => value)),
      { resamples: 50_000 },
    );
    expect(Math.abs(interval.low - 1.775)).toBeLessThan(0.05);
    expect(Math.abs(interval.high - 3.5333)).toBeLessThan(0.05);
  });
});

describe('pairedBootstrap', () => {
  it('finds no difference between a system and itself', () => {
    const same = pairedBootstrap(values, () => 0);
    expect(same).toMatchObject({ estimate: 0, low: 0, high: 0, pValue: 1 });
  });

  it('finds a difference that every sample shows', () => {
    const better = pairedBootstrap(values, mean, { resamples: 999 });
    expect(better.pValue).toBeCloseTo(2 / 1000, 12);
  });

  it('draws whole groups when told of them', () => {
    const by = { group: ([group]: readonly [string, number]) => group, seed: 2 };
    const statistic = (sample: readonly (readonly [string, number])[]) => mean(sample.map(([, value]) => value));
    const interval = pairedBootstrap(grouped, statistic, by);
    expect(interval).toMatchObject(clusterBootstrap(grouped, by.group, statistic, { seed: 2 }));
  });
});

describe('quantile', () => {
  it('interpolates as numpy.percentile', () => {
    const sorted = Float64Array.of(1, 1, 2, 3, 4, 5, 6, 9);
    expect([0.025, 0.5, 0.975].map((p) => quantile(sorted, p))).toEqual([1, 3.5, expect.closeTo(8.475, 12)]);
  });
});

describe('mcnemarExact', () => {
  const table = (onlyFirst: number, onlySecond: number, both: number) => {
    const first = [...Array(onlyFirst).fill(true), ...Array(onlySecond).fill(false), ...Array(both).fill(true)];
    const second = [...Array(onlyFirst).fill(false), ...Array(onlySecond).fill(true), ...Array(both).fill(true)];
    return mcnemarExact(first, second);
  };

  // Agresti, Categorical Data Analysis (1990), p. 350: 150 against 86 approvals changed; R's exact test gives 3.716e-05.
  it('gives the published value for the approval ratings', () => {
    expect(table(150, 86, 1364).pValue).toBeCloseTo(3.7159361395713866e-5, 12);
  });

  // scipy.stats.binomtest(3, 15), (4, 8)
  it('gives scipy.stats.binomtest on small counts', () => {
    expect(table(3, 12, 5).pValue).toBeCloseTo(0.03515625, 12);
    expect(table(4, 4, 0).pValue).toBe(1);
    expect(table(0, 0, 9)).toEqual({ onlyFirst: 0, onlySecond: 0, pValue: 1 });
  });
});
