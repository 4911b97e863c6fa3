import { describe, expect, it } from 'vitest';
import type { Evaluation } from './evaluation.ts';
import { modelReport } from './model-report.ts';
import { wordImportance } from './word-importance.ts';

const labels = ['negative', 'neutral', 'positive'];
const hostile = '<script>alert(1)</script>';

function score(value: number) {
  return { value, low: value - 0.05, high: value + 0.05, level: 0.95 };
}

function system(name: string, kind: 'majority' | 'labeler' | 'model', f1: number): Evaluation['systems'][number] {
  return {
    name,
    kind,
    coverage: kind === 'labeler' ? 0.9 : 1,
    accuracy: score(f1 + 0.02),
    macro_f1: score(f1),
    per_class: labels.map((label) => ({ label, precision: f1, recall: f1, f1, support: 11 })),
    confusion: { labels, columns: labels, counts: labels.map((_, row) => labels.map((_, column) => row * 3 + column)) },
  };
}

const evaluation: Evaluation = {
  labels,
  target: 'ours',
  seed: 3,
  parts: {
    train: { texts: 60, groups: 6, labels: {} },
    dev: { texts: 20, groups: 2, labels: {} },
    test: { texts: 33, groups: 3, labels: {} },
  },
  warnings: ['The test part has only 3 groups.'],
  systems: [system('always neutral', 'majority', 0.17), system('vader', 'labeler', 0.61), system('net', 'model', 0.52)],
  verdicts: [
    { against: 'always neutral', difference: score(0.35), p_value: 0.01, mcnemar_p_value: 0.01, verdict: 'better' },
    { against: 'vader', difference: score(-0.09), p_value: 0.02, mcnemar_p_value: 0.03, verdict: 'worse' },
  ],
  summary: ['The model loses to vader.', 'It beats always neutral.'],
  drawn: 'items',
  kept_epoch: 3,
  history: [1, 2, 3].map((epoch) => ({
    epoch,
    train_loss: 1 / epoch,
    dev_loss: epoch === 1 ? null : 0.9,
    dev_macro_f1: epoch === 2 ? 0.5 : 0.4,
  })),
  examples: [
    {
      id: 'call#1',
      text: `Margins fell ${hostile}.`,
      label: 'negative',
      predicted: 'positive',
      probabilities: { negative: 0.2, neutral: 0.1, positive: 0.7 },
      tokens: [
        { start: 0, end: 7, attribution: 0.4 },
        { start: 8, end: 12, attribution: -0.4 },
      ],
    },
  ],
};

describe('modelReport', () => {
  const page = modelReport(evaluation);

  it('puts where the model loses before any figure', () => {
    expect(page.indexOf('The model loses to vader.')).toBeGreaterThan(0);
    expect(page.indexOf('The model loses to vader.')).toBeLessThan(page.indexOf('class="facts"'));
    expect(page).toMatch(/vader <small>▼ worse<\/small>/u);
    expect(page).toMatch(/always neutral <small>▲ better<\/small>/u);
  });

  it('shows every system with its interval and how much it answers', () => {
    expect(page).toMatch(/\.61 <small>\.56 to \.66<\/small>/u);
    expect(page).toContain('answers 90 %');
    expect(page).toContain('−.090 <small>−.140 to −.040');
  });

  it('says what the intervals drew', () => {
    expect(page).toContain('bootstrap draws of single texts');
    expect(modelReport({ ...evaluation, drawn: 'groups' })).toContain('bootstrap draws of whole groups');
  });

  it('marks the epoch that was kept, and begins a curve where it was first measured', () => {
    expect(page).toContain('The dotted line is epoch 3');
    expect(page).toMatch(/class="second" d="M50\.00 [\d.]+L100\.00 [\d.]+"/u);
  });

  it('takes no text for markup and loads nothing', () => {
    expect(page).not.toMatch(/<script|https?:|url\(|NaN|undefined/u);
    expect(page).toContain('&#60;script&#62;');
  });

  it('leaves out what there is none of', () => {
    const bare = modelReport({ ...evaluation, history: [], examples: [], verdicts: [], systems: [] });
    expect(bare).not.toContain('How it learned');
    expect(bare).not.toContain('Which words mattered');
  });
});

describe('wordImportance', () => {
  it('colours what spoke for the label and underlines what spoke against it, the rest being plain', () => {
    const { markup } = wordImportance({
      text: 'up and <down>',
      predicted: 'positive',
      tokens: [
        { start: 8, end: 12, attribution: -0.5 },
        { start: 0, end: 2, attribution: 1 },
        { start: 3, end: 6, attribution: 0.01 },
      ],
    });
    expect(markup).toMatch(
      /^<p><mark data-meaning="positive" title="for: 1\.00" style="[^"]*45%[^"]*">up<\/mark> and &#60;/u,
    );
    expect(markup).toMatch(/<mark data-against title="against: \.50"[^>]*>down<\/mark>&#62;<\/p>$/u);
  });

  it('keeps every character of the text whatever the tokens say', () => {
    const tokens = [
      { start: 0, end: 3, attribution: 1 },
      { start: 2, end: 4, attribution: 1 },
      { start: 4, end: 99, attribution: 1 },
      { start: 5, end: 5, attribution: 1 },
    ];
    const { markup } = wordImportance({ text: 'abcdef', predicted: 'neutral', tokens });
    expect(markup.replaceAll(/<[^>]*>/gu, '')).toBe('abcdef');
  });
});
