import { describe, expect, it } from 'vitest';
import { afinnSum } from './afinn.ts';
import { financeScore } from './finance.ts';
import { concessions, directions, hedges, measures, negators, polarity, turns } from './finance-lexicon.ts';
import { localLabeler, localLabelerNames } from './local.ts';
import { PhraseTable, wordsOf } from './words.ts';

async function labelOf(name: string, text: string): Promise<string | null> {
  const [answer] = await localLabeler(name).label([text], { signal: new AbortController().signal });
  return answer!.label;
}

describe('local labelers', () => {
  it('are found by name', () => {
    expect(localLabelerNames).toEqual(['vader', 'afinn', 'lexicon']);
    for (const name of localLabelerNames) expect(localLabeler(name).name).toBe(name);
  });

  it.each(['bert', 'toString', ''])('do not include "%s"', (name) => {
    expect(() => localLabeler(name)).toThrow(
      expect.objectContaining({ code: 'ASSAY_LABELER_UNKNOWN', hint: 'Known labelers: vader, afinn, lexicon.' }),
    );
  });

  it('answer an empty text with neutral', async () => {
    for (const name of localLabelerNames) expect(await labelOf(name, '')).toBe('neutral');
  });
});

describe('AFINN', () => {
  it('sums the ratings of words and of phrases, longest first', () => {
    expect(afinnSum('Bankruptcy!')).toEqual({ sum: -3, rated: 1 });
    expect(afinnSum('This is not good.')).toEqual({ sum: -2, rated: 1 });
    expect(afinnSum('a better-than-expected result')).toMatchObject({ rated: 1 });
    expect(afinnSum('toString constructor')).toEqual({ sum: 0, rated: 0 });
  });
});

describe('the finance lexicon', () => {
  it.each([
    ['Revenue grew 12% to a record $4 billion.', 'positive'],
    ['We reduced debt and lowered our operating costs.', 'positive'],
    ['Operating costs rose and margins fell.', 'negative'],
    ['Higher freight costs weighed on the quarter.', 'negative'],
    ['We did not see any improvement in demand.', 'negative'],
    ['There were no problems with the integration.', 'neutral'],
    ['Not only did sales grow, we also raised guidance.', 'positive'],
    ['We may see some weakness in Europe.', 'neutral'],
    ['Orders were strong, but margins declined because freight costs increased.', 'negative'],
    ['Margins declined, but orders were strong.', 'positive'],
    ['These statements are subject to risks and uncertainties; see the risk factors.', 'neutral'],
    ['Good morning, and thank you for joining us.', 'neutral'],
    ['The record date is March 4.', 'neutral'],
    ['The meeting is at ten.', 'neutral'],
  ])('reads "%s" as %s', async (text, label) => {
    expect(await labelOf('lexicon', text)).toBe(label);
  });

  it('halves what is conceded and what is hedged', () => {
    expect(financeScore('Strong demand').sum).toBe(1);
    expect(financeScore('Despite strong demand').sum).toBe(0.5);
    expect(financeScore('We expect strong demand').sum).toBe(0.5);
  });

  it('holds only entries that its own word splitter can produce', () => {
    const entries = [polarity, directions, measures].flatMap((table) => [...table.keys()]);
    const words = [negators, hedges, turns, concessions].flatMap((table) => [...table]);
    for (const entry of [...entries, ...words]) expect(wordsOf(entry).join(' ')).toBe(entry);
    for (const word of words) expect(word).not.toContain(' ');
  });
});

describe('PhraseTable', () => {
  it('takes the longest phrase that fits', () => {
    const table = new PhraseTable([
      ['a', 1],
      ['a b c', 3],
      ['a b', 2],
    ]);
    expect(table.at(['a', 'b', 'c'], 0)).toEqual({ value: 3, length: 3 });
    expect(table.at(['a', 'b'], 0)).toEqual({ value: 2, length: 2 });
    expect(table.at(['a', 'x', 'c'], 0)).toEqual({ value: 1, length: 1 });
    expect(table.at(['x'], 0)).toBeUndefined();
  });
});
