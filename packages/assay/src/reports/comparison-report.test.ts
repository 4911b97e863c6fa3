import { type CompareOptions, compareLabels } from '@assay/nlp';
import { describe, expect, it } from 'vitest';
import { comparisonReport } from './comparison-report.ts';

const lines = Array.from({ length: 24 }, (_, index) => ({
  id: `call-${index % 4}#${index}`,
  labels: {
    upbeat: 'positive',
    mixed: ['negative', 'neutral', 'positive'][index % 3]!,
    silent: index === 0 ? 'neutral' : null,
  },
  scores: { upbeat: 0.9, mixed: null, silent: null },
}));
const reference = {
  name: 'ours',
  labels: new Map(lines.map(({ id, labels }, index) => [id, index < 12 ? labels.mixed : 'negative'])),
};

function report(options: CompareOptions = {}, texts?: Map<string, string>): string {
  return comparisonReport(compareLabels(lines, { resamples: 50, ...options }), texts);
}

/** What a reader sees, without markup. */
function wordsOf(page: string): string {
  return page
    .slice(page.indexOf('<body>'))
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/&#(\d+);/gu, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/gu, ' ');
}

describe('comparisonReport', () => {
  it('says in words how far the labelers agree and who is closest to the reference', () => {
    const words = wordsOf(report({ reference }));
    expect(words).toMatch(/upbeat, mixed and silent disagree on 16 texts of 24, 67 %/u);
    expect(words).toMatch(/Krippendorff’s α is −?\.\d\d, below \.67/u);
    expect(words).toMatch(/Closest to ours is mixed, with a macro F1 of \.\d\d; always answering “negative” reaches/u);
  });

  it('shows every labeler, every pair, and each count of a confusion', () => {
    const page = report({ reference });
    const comparison = compareLabels(lines, { resamples: 50, reference });
    const words = wordsOf(page);
    for (const { rows, columns } of comparison.confusion) expect(words).toContain(`${rows} and ${columns}`);
    for (const name of comparison.labelers) expect(words).toContain(`ours and ${name}`);
    expect(words).toContain('1 of 24 texts');
  });

  it('shows the disputed texts where they are given, and their ids where not', () => {
    const page = report({}, new Map([['call-0#0', 'Margins held.']]));
    expect(wordsOf(page)).toContain('Margins held. call-0#0');
    expect(wordsOf(page)).toContain('call-2#6');
  });

  it('keeps to itself what is far down the list', () => {
    expect(report()).toMatch(/<details><summary>4 more of 16<\/summary>/u);
  });

  it('does without a reference and without pairs', () => {
    const alone = comparisonReport(
      compareLabels(
        lines.map(({ id }) => ({ id, labels: { only: 'joy' } })),
        { resamples: 10 },
      ),
    );
    expect(wordsOf(alone)).toContain('Only only labelled these 24 texts.');
    expect(alone).not.toMatch(/NaN|undefined|null/u);
    expect(report()).not.toMatch(/NaN|undefined|null/u);
  });

  it('loads nothing, runs nothing, and takes no text for markup', () => {
    const hostile = `"'><script src=//x>alert(1)</script><img onerror=x>`;
    const page = comparisonReport(
      compareLabels(
        [
          { id: `1${hostile}`, labels: { [`a${hostile}`]: `x${hostile}`, b: 'y' }, scores: { b: 0 } },
          { id: '2', labels: { [`a${hostile}`]: 'y', b: 'y' } },
        ],
        { resamples: 10, reference: { name: `r${hostile}`, labels: new Map([['2', `x${hostile}`]]) } },
      ),
      new Map([[`1${hostile}`, hostile]]),
    );
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\son\w+=(?!x)|url\(|https?:|@import/u);
    expect(page).not.toContain(hostile);
    expect(page).toContain("default-src 'none'");
  });
});
