import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, humanRatedTexts, madeTexts } from '../../../scripts/vader-texts.ts';
import { vaderScores } from './vader.ts';

// Both digests are printed by scripts/vader-oracle.ts from the answers of PyPI's vaderSentiment 3.3.2.
const oracle = {
  made: 'd4db1861b9a6755317d4580bb3d3a31da2215200adbbc44c1fdf3d2af315ef69',
  humanRated: '62a8b42041117cdc9d302aaf9d35c810c57f22ccf9ede408602f08919a6bc9db',
};
const data = process.env.ASSAY_TEST_DATA;
if (data === undefined) console.warn('ASSAY_TEST_DATA is not set: the texts rated by people are left out.');

describe('VADER', () => {
  it('scores 5,000 made texts (emojis, capitals, odd spaces, idioms) as vaderSentiment does', () => {
    expect(digestOf(madeTexts(5000).map(vaderScores))).toBe(oracle.made);
  });

  it.skipIf(data === undefined)('scores all 13,098 texts rated by people as vaderSentiment does', () => {
    const texts = humanRatedTexts(join(data!, 'human-sentiment'));
    expect(texts).toHaveLength(13_098);
    expect(digestOf(texts.map(vaderScores))).toBe(oracle.humanRated);
  });

  it('reads an emoji as its name', () => {
    expect(vaderScores('😂')).toEqual(vaderScores('face with tears of joy'));
    expect(vaderScores('ok💔')).toEqual(vaderScores('ok broken heart'));
  });

  it('finds nothing in nothing', () => {
    expect(vaderScores(' \n')).toEqual({ negative: 0, neutral: 0, positive: 0, compound: 0 });
  });
});
