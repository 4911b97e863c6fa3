import { describe, expect, it } from 'vitest';
import { calibration, classificationReport, regressionErrors, rocCurve } from './index.ts';

// The expected numbers are those of scikit-learn 1.9.1 on the same values.
const reference = [...'abcabcaabbcc'];
const labels = ['a', 'b', 'c'];
const probabilities = [
  [0.7, 0.2, 0.1],
  [0.2, 0.5, 0.3],
  [0.1, 0.3, 0.6],
  [0.4, 0.35, 0.25],
  [0.3, 0.3, 0.4],
  [0.25, 0.25, 0.5],
  [0.1, 0.8, 0.1],
  [0.6, 0.3, 0.1],
  [0.2, 0.7, 0.1],
  [0.5, 0.4, 0.1],
  [0.3, 0.1, 0.6],
  [0.4, 0.2, 0.4],
];
const refusal = (code: string) => expect.objectContaining({ code });

describe('rocCurve', () => {
  const positive = [0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0].map((value) => value === 1);
  const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.2, 0.4, 0.7, 0.65, 0.55, 0.05];

  it("has scikit-learn's points and area, with ties", () => {
    const { points, area } = rocCurve(positive, scores);
    expect(area).toBeCloseTo(0.8333333333333333, 12);
    const sixths = (rates: readonly number[]) => rates.map((rate) => Math.round(rate * 6));
    expect(sixths(points.map(({ falsePositiveRate }) => falsePositiveRate))).toEqual([0, 0, 0, 0, 1, 1, 3, 3, 4, 5, 6]);
    expect(sixths(points.map(({ truePositiveRate }) => truePositiveRate))).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 6, 6, 6]);
    expect(points.map(({ threshold }) => threshold)).toEqual([
      Number.POSITIVE_INFINITY,
      ...[0.9, 0.8, 0.7, 0.65, 0.55, 0.4, 0.35, 0.2, 0.1, 0.05],
    ]);
  });

  it('one label against the rest', () => {
    const areas = labels.map(
      (label, k) =>
        rocCurve(
          reference.map((own) => own === label),
          probabilities.map((row) => row[k]!),
        ).area,
    );
    [0.71875, 0.8125, 0.984375].forEach((area, k) => {
      expect(areas[k]).toBeCloseTo(area, 12);
    });
  });

  it('refuses one class alone, lists of different lengths, and what is no number', () => {
    expect(() => rocCurve([true, true], [0.1, 0.2])).toThrow(refusal('ASSAY_LEARN_ONE_CLASS'));
    expect(() => rocCurve([true], [0.1, 0.2])).toThrow(refusal('ASSAY_LEARN_LENGTHS_DIFFER'));
    expect(() => rocCurve([true, false], [0.1, Number.NaN])).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
  });
});

describe('calibration', () => {
  const positions = reference.map((label) => labels.indexOf(label));

  it("has scikit-learn's log loss and Brier score, and the bins' errors", () => {
    const { expectedError, largestError, brier, logLoss, bins } = calibration(positions, probabilities);
    expect(logLoss).toBeCloseTo(0.8239626011031477, 12);
    expect(brier).toBeCloseTo(0.47833333333333333, 12);
    expect(expectedError).toBeCloseTo(0.275, 12);
    expect(largestError).toBeCloseTo(0.8, 12);
    expect(bins.map(({ items }) => items)).toEqual([0, 0, 0, 0, 3, 3, 3, 2, 1, 0]);
    expect(bins[5]!.accuracy).toBeCloseTo(2 / 3, 12);
    expect(bins[0]!.accuracy).toBe(null);
  });

  it('refuses what is no probability, and rows for other items', () => {
    expect(() => calibration([0], [[1.2, -0.2]])).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
    expect(() => calibration([0], [[Number.NaN, 1]])).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
    expect(() => calibration([], [])).toThrow(refusal('ASSAY_LEARN_LENGTHS_DIFFER'));
  });
});

it('macro, micro and weighted F1 of the most probable labels', () => {
  const predicted = probabilities.map((row) => labels[row.indexOf(Math.max(...row))]!);
  const { accuracy, macro, micro, weighted } = classificationReport(reference, predicted);
  expect(accuracy).toBeCloseTo(2 / 3, 12);
  expect(micro.f1).toBeCloseTo(2 / 3, 12);
  expect(macro.f1).toBeCloseTo(0.6626984126984127, 12);
  expect(weighted.f1).toBeCloseTo(0.6626984126984127, 12);
});

describe('regressionErrors', () => {
  it("are scikit-learn's", () => {
    const errors = regressionErrors([3.1, -0.5, 2, 7, 4.2, 1], [2.5, 0.1, 2, 8, 4, 1.9]);
    expect(errors.rmse).toBeCloseTo(0.6544717972023955, 12);
    expect(errors.mae).toBeCloseTo(0.55, 12);
    expect(errors.mape).toBeCloseTo(0.4140040962621607, 12);
    expect(errors.r2).toBeCloseTo(0.9254207777132908, 12);
  });

  it('leaves references of 0 out of the shares, and says so', () => {
    expect(regressionErrors([0, 2], [1, 3])).toEqual({ rmse: 1, mae: 1, mape: 0.5, zeros: 1, r2: 0 });
    expect(regressionErrors([0], [1])).toMatchObject({ mape: null, r2: null });
  });

  it('refuses what is not finite, and nothing at all', () => {
    expect(() => regressionErrors([1], [Number.NaN])).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
    expect(() => regressionErrors([], [])).toThrow(refusal('ASSAY_LEARN_LENGTHS_DIFFER'));
  });
});
