import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PADDING, tokenize, UNKNOWN, Vocabulary } from './index.ts';

const words = (text: string) => tokenize(text).map(({ word }) => word);

describe('tokenize', () => {
  it.each([
    ['Revenue grew 10.5% to $1,234.56.', ['revenue', 'grew', '<number>', '%', 'to', '$', '<number>', '.']],
    ["We don't, can't and won’t.", ['we', 'do', "n't", ',', 'ca', "n't", 'and', 'wo', "n't", '.']],
    ["it 's n't Dana's", ['it', "'s", "n't", 'dana', "'s"]],
    ['Great!!! Really?! Well...', ['great', '!!', 'really', '?', '!', 'well', '…']],
    ['year-over-year “growth” (again)', ['year', 'over', 'year', 'growth', '(', 'again', ')']],
    ['good - not bad — fine--ok', ['good', '-', 'not', 'bad', '—', 'fine', '--', 'ok']],
    ['naïve café Ünïcode', ['naïve', 'café', 'ünïcode']],
    ['売上が伸びた', ['売', '上', 'が', '伸', 'び', 'た']],
    ['👍🏽 👨‍👩‍👧 up', ['👍', '👨‍👩‍👧', 'up']],
    ['Q3 2019 at 5:30', ['q', '<number>', '<number>', 'at', '<number>']],
    [' \t\n "" ', []],
  ])('splits %s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('gives a contraction the same tokens written together or apart, as the Penn Treebank does', () => {
    expect(words("didn't isn't")).toEqual(words("did n't is n't"));
  });

  it('gives offsets that are in order, do not overlap, and cut out the token as written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        let last = 0;
        for (const { start, end, word } of tokenize(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end).length).toBe(end - start);
          expect(word.length).toBeGreaterThan(0);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('reads a megabyte without a space, or of one repeated mark, in well under a second', () => {
    for (const text of ['a'.repeat(1_000_000), '!'.repeat(1_000_000), '1.'.repeat(500_000), "n'".repeat(500_000)]) {
      const started = performance.now();
      tokenize(text);
      expect(performance.now() - started).toBeLessThan(1500);
    }
    const [token] = tokenize('a'.repeat(1_000_000));
    expect(token).toMatchObject({ word: 'a'.repeat(64), start: 0, end: 1_000_000 });
  });
});

describe('Vocabulary', () => {
  const texts = ['b a b', 'c a d'].map(tokenize);

  it('numbers words by frequency, then by code unit, after padding and the unknown word', () => {
    const vocabulary = Vocabulary.build(texts);
    expect(vocabulary.toJSON()).toEqual(['<padding>', '<unknown>', 'a', 'b', 'c', 'd']);
    expect([...vocabulary.encode(tokenize('d never a'))]).toEqual([5, UNKNOWN, 2]);
    expect(vocabulary.word(3)).toBe('b');
  });

  it('keeps words by count and by rank', () => {
    expect(Vocabulary.build(texts, { minCount: 2 }).toJSON().slice(2)).toEqual(['a', 'b']);
    expect(Vocabulary.build(texts, { maxSize: 3 }).toJSON().slice(2)).toEqual(['a', 'b', 'c']);
  });

  it('never gives a word of a text the id of padding', () => {
    const vocabulary = Vocabulary.build(texts);
    expect([...vocabulary.encode(tokenize('<padding> padding <unknown>'))]).not.toContain(PADDING);
  });

  it('comes back from JSON, with the same digest', () => {
    const vocabulary = Vocabulary.build(texts);
    const same = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(same.toJSON()).toEqual(vocabulary.toJSON());
    expect(same.digest()).toBe(vocabulary.digest());
    // sha256sum of the six words, each followed by a line feed
    expect(vocabulary.digest()).toBe('3ab1f2f3fed70827b73f52be75c62d12e961260a3886ccb26f16b53f0c9528c7');
  });

  it.each([null, {}, ['a'], ['<padding>', '<unknown>', 'a', 'a'], ['<padding>', '<unknown>', 3]])(
    'refuses %j',
    (words) => {
      expect(() => Vocabulary.fromJSON(words)).toThrow(
        expect.objectContaining({ code: 'ASSAY_LEARN_VOCABULARY_INVALID' }),
      );
    },
  );
});
