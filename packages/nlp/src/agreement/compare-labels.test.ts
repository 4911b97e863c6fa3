import { type ClassificationReport, classificationReport, clusterBootstrap } from '@assay/learn';
import { describe, expect, it } from 'vitest';
import type { LabelLine } from '../corpus.ts';
import { compareLabels } from './compare-labels.ts';

const sentiments = ['negative', 'neutral', 'positive'];

/** 400 texts of 20 calls; three labelers of unlike skill, the second leaving gaps. */
function made(): { lines: LabelLine[]; labels: Map<string, string> } {
  let state = 7;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
  const labels = new Map<string, string>();
  const lines = Array.from({ length: 400 }, (_, index): LabelLine => {
    const id = `call-${index % 20}#${index}`;
    const truth = sentiments[below(3)]!;
    labels.set(id, truth);
    const guess = (skill: number): string => (below(10) < skill ? truth : sentiments[below(3)]!);
    const gap = below(5) === 0;
    return { id, labels: { good: guess(8), fair: gap ? null : guess(5), poor: guess(1) } };
  });
  return { lines, labels };
}

const callOf = (id: string): string => id.slice(0, id.indexOf('#'));

describe('compareLabels', () => {
  const { lines, labels } = made();
  const comparison = compareLabels(lines, { reference: { name: 'ours', labels }, groupOf: callOf, resamples: 300 });

  it('tells coverage and how often each label was given', () => {
    const labelled = lines.filter((line) => line.labels.fair !== null).length;
    expect(comparison.coverage.fair).toEqual({ labelled, share: labelled / 400 });
    expect(comparison.coverage.good).toEqual({ labelled: 400, share: 1 });
    const positives = lines.filter((line) => line.labels.good === 'positive').length;
    expect(comparison.distribution.good!.positive).toBe(positives);
  });

  it('gives each pair once, its κ both ways, and its confusion', () => {
    expect(comparison.pairs.map((pair) => pair.labelers)).toEqual([
      ['good', 'fair'],
      ['good', 'poor'],
      ['fair', 'poor'],
    ]);
    const [first] = comparison.pairs;
    expect(comparison.cohen_kappa.good!.fair).toBe(first!.cohen_kappa);
    expect(comparison.cohen_kappa.fair!.good).toBe(first!.cohen_kappa);
    expect(comparison.confusion[0]).toMatchObject({ rows: 'good', columns: 'fair' });
    const both = lines.filter((line) => line.labels.good === 'negative' && line.labels.fair === 'positive').length;
    expect(comparison.confusion[0]!.counts[0]![2]).toBe(both);
    expect(first!.cohen_kappa_interval.low!).toBeLessThan(first!.cohen_kappa!);
    expect(first!.cohen_kappa_interval.high!).toBeGreaterThan(first!.cohen_kappa!);
  });

  it.each(['good', 'fair', 'poor'])(
    'scores %s against the reference as learn does, interval by interval',
    (labeler) => {
      const items = lines.map(({ id, labels: given }) => ({ id, label: given[labeler] ?? null }));
      const reportOf = (sample: readonly (typeof items)[number][]): ClassificationReport => {
        const labelled = sample.filter((item) => item.label !== null);
        return classificationReport(
          labelled.map((item) => labels.get(item.id)!),
          labelled.map((item) => item.label!),
          sentiments,
        );
      };
      const scores = comparison.against_reference[labeler]!;
      const report = reportOf(items);
      expect(scores.items).toBe(report.support);
      expect(scores.confusion).toEqual(report.matrix.counts);
      expect(scores.macro_f1.value).toBeCloseTo(report.macro.f1, 12);
      for (const { label, precision, recall, f1, support } of report.classes) {
        expect(scores.per_class[label]).toMatchObject({
          support,
          precision: { value: precision },
          recall: { value: recall },
          f1: { value: f1 },
        });
      }
      const interval = clusterBootstrap(
        items,
        (item) => callOf(item.id),
        (sample) => reportOf(sample).macro.f1,
        { resamples: 300, seed: 1 },
      );
      expect(scores.macro_f1.low).toBeCloseTo(interval.low, 12);
      expect(scores.macro_f1.high).toBeCloseTo(interval.high, 12);
    },
  );

  it('tells what always giving the most frequent label would reach', () => {
    const truths = [...labels.values()];
    const most = Math.max(...sentiments.map((label) => truths.filter((truth) => truth === label).length));
    expect(comparison.reference).toMatchObject({ name: 'ours', items: 400, majority: { accuracy: most / 400 } });
    expect(Object.values(comparison.reference!.distribution).reduce((a, b) => a + b)).toBe(400);
  });

  it('draws whole groups: ten alike leave nothing to chance', () => {
    const tenTimes = Array.from({ length: 10 }, (_, copy) =>
      lines.slice(0, 30).map(({ id, labels: given }) => ({ id: `${copy}#${id}`, labels: given })),
    ).flat();
    const alike = compareLabels(tenTimes, { groupOf: callOf, resamples: 50 });
    expect(alike.bootstrap).toMatchObject({ groups: 10, drawn: 'groups' });
    expect(alike.fleiss_kappa_interval.low).toBeCloseTo(alike.fleiss_kappa!, 12);
    expect(alike.fleiss_kappa_interval.high).toBeCloseTo(alike.fleiss_kappa!, 12);
  });

  it('draws single texts when there are fewer than ten groups', () => {
    const one = compareLabels(lines, { groupOf: () => 'all', resamples: 50 });
    const none = compareLabels(lines, { resamples: 50 });
    expect(one.bootstrap).toMatchObject({ groups: 1, drawn: 'texts' });
    expect(one.fleiss_kappa_interval).toEqual(none.fleiss_kappa_interval);
  });

  it('gives the same document for the same seed, and other intervals for another', () => {
    const again = compareLabels(lines, { reference: { name: 'ours', labels }, groupOf: callOf, resamples: 300 });
    expect(again).toEqual(comparison);
    const other = compareLabels(lines, { groupOf: callOf, resamples: 300, seed: 2 });
    expect(other.fleiss_kappa).toBe(comparison.fleiss_kappa);
    expect(other.fleiss_kappa_interval).not.toEqual(comparison.fleiss_kappa_interval);
  });

  it('puts the texts first on which labels, then scores, differ most', () => {
    const { disagreements, disputed_items } = compareLabels([
      { id: 'same', labels: { a: 'positive', b: 'positive', c: 'positive' }, scores: { a: -1, b: 1 } },
      { id: 'alone', labels: { a: 'positive', b: null, c: null } },
      { id: 'two near', labels: { a: 'positive', b: 'neutral', c: 'neutral' }, scores: { a: 0.1, b: 0, c: null } },
      { id: 'two far', labels: { a: 'positive', b: 'neutral', c: 'neutral' }, scores: { a: 0.9, b: 0, c: null } },
      { id: 'three', labels: { a: 'positive', b: 'neutral', c: 'negative' } },
    ]);
    expect(disagreements.map(({ id }) => id)).toEqual(['three', 'two far', 'two near']);
    expect(disagreements[0]!.entropy).toBeCloseTo(Math.log2(3), 12);
    expect(disagreements[1]!.score_spread).toBe(0.9);
    expect(disputed_items).toBe(3);
  });

  it('takes labels that have no order, and then gives no figure that needs one', () => {
    const comparison = compareLabels([
      { id: '1', labels: { a: 'joy', b: 'joy' } },
      { id: '2', labels: { a: 'anger', b: 'fear' } },
    ]);
    expect(comparison.categories).toEqual(['anger', 'fear', 'joy']);
    expect(comparison.ordered).toBe(false);
    expect(comparison.pairs[0]!.weighted_kappa).toBeNull();
    expect(comparison.krippendorff_alpha_by_level).toMatchObject({ ordinal: null, interval: null });
    const ordered = compareLabels([{ id: '1', labels: { a: 'low', b: 'high' } }], { order: ['low', 'high'] });
    expect(ordered.krippendorff_alpha_by_level.ordinal).not.toBeNull();
  });

  it('says null of what is not defined, never NaN', () => {
    const alone = compareLabels([{ id: '1', labels: { only: 'positive' } }], {
      reference: { name: 'ours', labels: new Map([['1', 'positive']]) },
    });
    expect(alone).toMatchObject({ pairs: [], cohen_kappa: { only: {} }, fleiss_kappa: null, krippendorff_alpha: null });
    const silent = compareLabels([{ id: '1', labels: { a: 'positive', b: null } }], {
      reference: { name: 'ours', labels: new Map([['1', 'positive']]) },
    });
    expect(silent.against_reference.b!.macro_f1).toEqual({ value: null, low: null, high: null });
    expect(JSON.parse(JSON.stringify(silent))).toEqual(silent);
  });

  it.each([
    ['ASSAY_AGREEMENT_NO_LINES', [], {}],
    ['ASSAY_AGREEMENT_NO_LABELERS', [{ id: '1', labels: {} }], {}],
    [
      'ASSAY_AGREEMENT_DUPLICATE_ID',
      [
        { id: '1', labels: { a: 'x' } },
        { id: '1', labels: { a: 'x' } },
      ],
      {},
    ],
    ['ASSAY_AGREEMENT_LABEL_UNKNOWN', [{ id: '1', labels: { a: 'x' } }], { order: ['y', 'z'] }],
    [
      'ASSAY_AGREEMENT_TOO_MANY_LABELS',
      Array.from({ length: 101 }, (_, index) => ({ id: `${index}`, labels: { a: `label ${index}` } })),
      {},
    ],
    [
      'ASSAY_AGREEMENT_NO_OVERLAP',
      [{ id: '1', labels: { a: 'x' } }],
      { reference: { name: 'ours', labels: new Map([['2', 'x']]) } },
    ],
  ])('refuses with %s', (code, bad, options) => {
    expect(() => compareLabels(bad, options)).toThrow(expect.objectContaining({ code }));
  });
});
