import { describe, expect, it } from 'vitest';
import { Random } from '../random/index.ts';
import { evaluatePredictions, type PredictionRow, type PredictionSet } from './index.ts';

const labels = ['negative', 'neutral', 'positive'];

/** A system that is right with the given chance, on the same 300 items. */
function system(name: string, skill: number, seed: number): PredictionSet {
  const truth = new Random(1);
  const random = new Random(seed);
  const rows = Array.from({ length: 300 }, (_, i): PredictionRow => {
    const reference = labels[truth.integer(3)]!;
    const predicted = random.next() < skill ? reference : labels[random.integer(3)]!;
    const probabilities = Object.fromEntries(labels.map((label) => [label, label === predicted ? 0.8 : 0.1]));
    const fields = {
      speaker: i % 3 === 0 ? 'CEO' : 'CFO',
      size: [100, 200, 400][i % 3]!,
      call: `c${i % 12}`,
      minute: i,
    };
    return { id: `${i}`, reference, predicted, probabilities, text: 'word '.repeat(1 + (i % 4)), fields };
  });
  return { name, rows };
}
const options = { resamples: 200 };
const refusal = (code: string) => expect.objectContaining({ code });
const classified = (...args: Parameters<typeof evaluatePredictions>) => {
  const evaluation = evaluatePredictions(...args);
  if (evaluation.task !== 'classification') throw new Error(evaluation.task);
  return evaluation;
};

describe('evaluatePredictions', () => {
  it('compares the first system with the others on the same items, whatever their order', () => {
    const weak = system('weak', 0.3, 3);
    const evaluation = classified([system('strong', 0.9, 2), { ...weak, rows: weak.rows.toReversed() }], options);
    expect(evaluation.labels).toEqual(labels);
    expect(evaluation.verdicts).toMatchObject([{ against: 'weak', verdict: 'better' }]);
    expect(evaluation.verdicts[0]!.mcnemar_p_value).toBeLessThan(1e-6);
    const [strong] = evaluation.systems;
    expect(strong!.micro_f1).toBeCloseTo(strong!.accuracy.value, 12);
    expect(strong!.roc!.macro_area).toBeGreaterThan(evaluation.systems[1]!.roc!.macro_area);
    expect(strong!.calibration!.expectedError).toBeCloseTo(Math.abs(strong!.accuracy.value - 0.8), 9);
  });

  it('slices by values, by quartiles of numbers, and by the length of texts; the slices hold all items', () => {
    const { systems } = classified([system('s', 0.8, 2)], { ...options, slices: ['speaker', 'minute', 'length'] });
    const of = (field: string) => systems[0]!.slices.filter((slice) => slice.field === field);
    expect(of('speaker').map(({ value, items }) => [value, items])).toEqual([
      ['CEO', 100],
      ['CFO', 200],
    ]);
    expect(of('minute').map(({ items }) => items)).toEqual([75, 75, 75, 75]);
    expect(of('length').map(({ value, items }) => [value, items])).toEqual(['1', '2', '3', '4'].map((v) => [v, 75]));
    const [ceo, cfo] = of('speaker');
    const mean = (ceo!.score.value * 100 + cfo!.score.value * 200) / 300;
    expect(mean).toBeCloseTo(systems[0]!.accuracy.value, 12);
  });

  it('a learning curve has one point for each size, in order', () => {
    const { systems } = classified([system('s', 0.8, 2)], { ...options, curve: 'size' });
    expect(systems[0]!.curve.map(({ value, items }) => [value, items])).toEqual([
      ['100', 100],
      ['200', 100],
      ['400', 100],
    ]);
    expect(systems[0]!.curve[0]!.macro_f1!.low).toBeLessThan(systems[0]!.curve[0]!.macro_f1!.value);
  });

  it('lists the most confident errors first, and draws whole groups where there are ten', () => {
    const { rows } = system('s', 0.8, 2);
    const sure = rows.find(({ reference, predicted }) => reference !== predicted)!;
    const marked = rows.map((row) =>
      row === sure ? { ...row, probabilities: { ...row.probabilities, [row.predicted!]: 0.99 } } : row,
    );
    const evaluation = classified([{ name: 's', rows: marked }], { ...options, group: 'call', errors: 3 });
    expect(evaluation.drawn).toBe('groups');
    expect(evaluation.systems[0]!.errors.map(({ size }) => size)).toEqual([0.99, 0.8, 0.8]);
    expect(evaluation.systems[0]!.errors[0]!.id).toBe(sure.id);
  });

  it('no answer is wrong, and lowers what is pooled by recall only', () => {
    const rows = ['a', 'b', 'a', 'b'].map((reference, i) => ({
      id: `${i}`,
      reference,
      predicted: i === 0 ? null : reference,
      fields: {},
    }));
    const [only] = classified([{ name: 's', rows }], options).systems;
    expect(only!.accuracy.value).toBe(0.75);
    expect(only!.coverage).toBe(0.75);
    expect(only!.micro_f1).toBeCloseTo(6 / 7, 12);
    expect(only!.roc).toBe(null);
  });

  it('estimates of numbers have errors with intervals, and verdicts by the mean absolute error', () => {
    const set = (name: string, off: number): PredictionSet => {
      const random = new Random(5);
      const rows = Array.from({ length: 80 }, (_, i) => ({
        id: `${i}`,
        reference: i + 0.5,
        predicted: i + 0.5 + off * random.normal(),
        fields: { part: i % 2 },
      }));
      return { name, rows };
    };
    const evaluation = evaluatePredictions([set('far', 3), set('near', 0.1)], { ...options, slices: ['part'] });
    expect(evaluation).toMatchObject({ task: 'regression', verdicts: [{ against: 'near', verdict: 'worse' }] });
    if (evaluation.task !== 'regression') throw new Error();
    const [far, near] = evaluation.systems;
    expect(far!.rmse).toBeCloseTo(30 * near!.rmse, 6);
    expect(far!.rmse_interval.value).toBeCloseTo(far!.rmse, 12);
    expect(far!.slices.length).toBe(2);
    expect(far!.errors[0]!.size).toBeGreaterThan(far!.mae);
  });

  it('whole numbers of few values are labels, unless they are said to be numbers', () => {
    const rows = [0, 1, 1, 0].map((reference, i) => ({ id: `${i}`, reference, predicted: 1, fields: {} }));
    expect(classified([{ name: 's', rows }], options).labels).toEqual(['0', '1']);
    expect(evaluatePredictions([{ name: 's', rows }], { ...options, task: 'regression' })).toMatchObject({
      systems: [{ mae: 0.5, zeros: 2 }],
    });
  });

  it('refuses what cannot be compared or scored', () => {
    const one = system('one', 0.8, 2);
    const two = system('two', 0.8, 3);
    const tried =
      (sets: PredictionSet[], more = {}) =>
      () =>
        evaluatePredictions(sets, { ...options, ...more });
    expect(tried([])).toThrow(refusal('ASSAY_LEARN_NO_EXAMPLES'));
    expect(tried([one, { ...two, rows: two.rows.slice(1) }])).toThrow(refusal('ASSAY_LEARN_IDS_DIFFER'));
    expect(tried([{ ...one, rows: [...one.rows, one.rows[0]!] }])).toThrow(/"0" twice/);
    expect(tried([one, { ...two, rows: two.rows.map((row) => ({ ...row, id: `x${row.id}` })) }])).toThrow(
      /lacks 300 of the 300 items of one, and has 300 others/,
    );
    expect(tried([one, { ...two, rows: two.rows.map((row) => ({ ...row, reference: 'positive' })) }])).toThrow(
      refusal('ASSAY_LEARN_REFERENCES_DIFFER'),
    );
    expect(tried([{ ...one, rows: one.rows.map((row) => ({ ...row, reference: 'positive' })) }])).toThrow(
      refusal('ASSAY_LEARN_ONE_CLASS'),
    );
    expect(
      tried([{ ...one, rows: one.rows.map((row) => ({ ...row, probabilities: { positive: Number.NaN } })) }]),
    ).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
    expect(tried([one], { slices: ['section'] })).toThrow(refusal('ASSAY_LEARN_FIELD_MISSING'));
    expect(tried([one], { curve: 'speaker' })).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
    expect(tried([one], { labels: ['negative', 'positive'] })).toThrow(refusal('ASSAY_LEARN_LABEL_UNKNOWN'));
    expect(tried([one], { task: 'regression' })).toThrow(refusal('ASSAY_LEARN_VALUE_INVALID'));
  });
});
