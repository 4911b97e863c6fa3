import { expect, test } from 'vitest';
import { evaluateSystems } from './evaluate-systems.ts';

const labels = ['negative', 'neutral', 'positive'];
const reference = Array.from({ length: 90 }, (_, i) => labels[i % 3]!);
const wrong = (label: string) => labels[(labels.indexOf(label) + 1) % 3]!;

test('a system that is right more often is told better, the reverse worse, with intervals around the scores', () => {
  const model = reference.map((label, i) => (i % 10 === 0 ? wrong(label) : label));
  const weak = reference.map((label, i) => (i % 2 === 0 ? wrong(label) : label));
  const perfect = [...reference];
  const { systems, verdicts } = evaluateSystems(
    reference,
    [
      { name: 'model', kind: 'model', predicted: model },
      { name: 'weak', kind: 'labeler', predicted: weak },
      { name: 'perfect', kind: 'labeler', predicted: perfect },
      { name: 'same', kind: 'labeler', predicted: model },
    ],
    { labels, seed: 3, resamples: 400 },
  );
  expect(systems[0]!.accuracy.value).toBeCloseTo(0.9, 12);
  expect(systems[0]!.macro_f1.low).toBeLessThan(systems[0]!.macro_f1.value);
  expect(systems[0]!.macro_f1.high).toBeGreaterThan(systems[0]!.macro_f1.value);
  expect(verdicts.map(({ against, verdict }) => [against, verdict])).toEqual([
    ['weak', 'better'],
    ['perfect', 'worse'],
    ['same', 'no clear difference'],
  ]);
});

test('no answer counts as wrong and is not a class of its own', () => {
  const silent = reference.map((label) => (label === 'positive' ? null : label));
  const { systems } = evaluateSystems(reference, [{ name: 'silent', kind: 'labeler', predicted: silent }], {
    labels,
    resamples: 50,
  });
  expect(systems[0]!.coverage).toBeCloseTo(2 / 3, 12);
  expect(systems[0]!.accuracy.value).toBeCloseTo(2 / 3, 12);
  expect(systems[0]!.macro_f1.value).toBeCloseTo(2 / 3, 12);
  expect(systems[0]!.per_class.map(({ label }) => label)).toEqual(labels);
  expect(systems[0]!.confusion.columns).toEqual([...labels, '(no answer)']);
});

test('an answer that is no label is wrong, and has a column of its own; a reference label that is none is refused', () => {
  const pair = ['negative', 'positive'];
  const truth = Array.from({ length: 20 }, (_, i) => pair[i % 2]!);
  const third = truth.map((label, i) => (i < 10 ? 'neutral' : label));
  const { systems } = evaluateSystems(truth, [{ name: 'three-way', kind: 'labeler', predicted: third }], {
    labels: pair,
    resamples: 20,
  });
  expect(systems[0]!.accuracy.value).toBe(0.5);
  expect(systems[0]!.per_class.map(({ label, recall, precision }) => [label, recall, precision])).toEqual([
    ['negative', 0.5, 1],
    ['positive', 0.5, 1],
  ]);
  expect(systems[0]!.confusion.columns).toEqual([...pair, 'neutral']);
  expect(() => evaluateSystems(['neutral', ...truth], [], { labels: pair })).toThrow(
    expect.objectContaining({ code: 'ASSAY_LEARN_LABEL_UNKNOWN' }),
  );
});

test('whole groups are drawn from ten groups on, which widens intervals where a group is all right or all wrong', () => {
  const sizes = (groups: number) => ({
    groups: reference.map((_, i) => `${Math.floor((i * groups) / reference.length)}`),
  });
  const predicted = reference.map((label, i) => (Math.floor(i / 9) % 2 === 0 ? wrong(label) : label));
  const judged = (groups: number) =>
    evaluateSystems(reference, [{ name: 'm', kind: 'model', predicted }], { labels, resamples: 400, ...sizes(groups) });
  const [few, many] = [judged(9), judged(10)];
  expect([few.drawn, many.drawn]).toEqual(['items', 'groups']);
  const width = ({ systems }: typeof few) => systems[0]!.accuracy.high - systems[0]!.accuracy.low;
  expect(width(many)).toBeGreaterThan(2 * width(few));
});

test('a missing answer list is refused', () => {
  expect(() => evaluateSystems(reference, [{ name: 'short', kind: 'labeler', predicted: [] }], { labels })).toThrow(
    expect.objectContaining({ code: 'ASSAY_LEARN_LENGTHS_DIFFER' }),
  );
});
