import { describe, expect, it } from 'vitest';
import { LearnError } from '../errors.ts';
import { classificationReport, confusionMatrix, majorityBaseline } from './index.ts';

const reference = 'pos neg neu neg pos pos neu neg neg pos neu pos neg neg pos neu pos pos neg neg'.split(' ');
const predicted = 'pos neg neg neg neu pos neu pos neg pos neg pos neg neu pos neg neg pos neg pos'.split(' ');
const labels = ['neg', 'neu', 'pos'];

// The constants below come from scikit-learn's confusion_matrix and precision_recall_fscore_support (zero_division=0).
describe('classificationReport', () => {
  const report = classificationReport(reference, predicted, labels);

  it('counts what scikit-learn counts', () => {
    expect(report.matrix.counts).toEqual([
      [5, 1, 2],
      [3, 1, 0],
      [1, 1, 6],
    ]);
    expect(report.accuracy).toBeCloseTo(0.6, 12);
    expect(report.support).toBe(20);
  });

  it('scores each class as scikit-learn does', () => {
    expect(report.classes.map((scored) => scored.support)).toEqual([8, 4, 8]);
    expectClose(
      report.classes.map((scored) => scored.precision),
      [0.5555555555555556, 0.3333333333333333, 0.75],
    );
    expectClose(
      report.classes.map((scored) => scored.recall),
      [0.625, 0.25, 0.75],
    );
    expectClose(
      report.classes.map((scored) => scored.f1),
      [0.5882352941176471, 0.2857142857142857, 0.75],
    );
  });

  it('averages as scikit-learn does', () => {
    expectClose(Object.values(report.macro), [0.5462962962962963, 0.5416666666666666, 0.5413165266106442]);
    expectClose(Object.values(report.micro), [0.6, 0.6, 0.6]);
    expectClose(Object.values(report.weighted), [0.5888888888888889, 0.6, 0.592436974789916]);
  });

  it('counts a class that is never predicted as 0', () => {
    const without = classificationReport(
      reference,
      predicted.map((label) => (label === 'neu' ? 'neg' : label)),
      labels,
    );
    expectClose(Object.values(without.macro), [0.4166666666666667, 0.5, 0.45]);
    expectClose(Object.values(without.weighted), [0.5, 0.6, 0.54]);
  });

  it('takes every label that occurs, sorted, when none are named', () => {
    expect(confusionMatrix(['b', 'a'], ['c', 'a']).labels).toEqual(['a', 'b', 'c']);
  });

  it('refuses lists of different lengths and labels it was not told of', () => {
    expect(() => classificationReport(['a'], [])).toThrow(/1 reference labels but 0 predictions/);
    expect(() => classificationReport(['a'], ['b'], ['a'])).toThrow(
      expect.objectContaining({ code: 'ASSAY_LEARN_LABEL_UNKNOWN' }),
    );
    expect(() => classificationReport(['a'], ['b'], ['a'])).toThrow(LearnError);
  });
});

describe('majorityBaseline', () => {
  it('says the commonest training label always', () => {
    const { label, report } = majorityBaseline(['pos', 'neg', 'pos'], reference);
    expect(label).toBe('pos');
    expect(report.accuracy).toBeCloseTo(8 / 20, 12);
    expect(report.macro.f1).toBeCloseTo((2 * 0.4) / 1.4 / 3, 12);
  });

  it('takes the first label in order when two are equally common', () => {
    expect(majorityBaseline(['b', 'a'], ['a']).label).toBe('a');
  });
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 12);
  });
}
