import { expect, test } from 'vitest';
import { explanationReport } from './explanation-report.ts';
import { explanationsReport } from './explanations-report.ts';

const explained = {
  method: 'lime' as const,
  model: 'm',
  version: '1:0:0',
  text: 'margins <b>fell</b> & rose',
  label: 'negative',
  probability: 0.7,
  target: 'negative',
  score: 0.31,
  delta: -2e-6,
  tokens: [
    { start: 11, end: 15, attribution: 0.4 },
    { start: 22, end: 26, attribution: -0.09 },
  ],
};

test('the words are marked in their place and listed by size', () => {
  const page = explanationReport(explained);
  expect(page).toMatch(/<mark[^>]*>fell<\/mark>/);
  expect(page).toMatch(/<mark data-against[^>]*>rose<\/mark>/);
  expect(page.indexOf('0.4000')).toBeLessThan(page.indexOf('−0.0900'));
});

test('markup of the text stays text', () => {
  expect(explanationReport(explained)).not.toContain('<b>');
});

test('many texts are a table with their true labels, after the words over all of them', () => {
  const summary = [{ target: 'negative', texts: 1, words: [{ word: 'fell', texts: 1, mean: 0.4, meanAbsolute: 0.4 }] }];
  const shown = explanationsReport({
    model: 'm',
    version: null,
    explained: [{ ...explained, truth: 'positive' }, { ...explained }],
    summary,
  });
  expect(shown).toContain('True label');
  expect(shown.match(/<mark[^>]*>fell<\/mark>/g)?.length).toBe(2);
  expect(shown.match(/>positive</g)?.length).toBe(1);
  expect(shown).toMatch(/<th scope="row">fell<\/th><td class="number">\.400<\/td>/);
  expect(shown).not.toContain('<b>');
});
