import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1 } from './decode.ts';
import { fold } from './fold.ts';

// Pieces of source with what each reads as; '' for what carries no text.
const pieces: readonly (readonly [string, string])[] = [
  ['word', 'word'],
  ['.', '.'],
  [' ', ' '],
  ['\r\n', ' '],
  ['\t\t', ' '],
  ['&nbsp;', ' '],
  ['\u00a0', ' '],
  ['&amp;', '&'],
  ['&#8217;', '\u2019'],
  ['&#146;', '\u2019'],
  ['&hellip;', '\u2026'],
  ['\u2014', '\u2014'],
  ['\u00e9', '\u00e9'],
  ['\u{1f4c8}', '\u{1f4c8}'],
  ['AT&T', 'AT&T'],
  ['5 < 6', '5 < 6'],
  ['<Sync id="L1"/>', ''],
  ['\u200b', ''],
];
const source = fc.array(fc.constantFrom(...pieces), { maxLength: 40 });

describe('fold', () => {
  it('reads what the pieces say, and every stretch of it stands in the bytes it names', () => {
    fc.assert(
      fc.property(source, fc.nat(), fc.nat(), (parts, a, b) => {
        const bytes = Buffer.from(parts.map(([raw]) => raw).join(''));
        const expected = parts
          .map(([, text]) => text)
          .join('')
          .replace(/\s+/g, ' ')
          .trim();
        const folded = fold(latin1(bytes), [0, bytes.length], 'text');
        expect(folded.text).toBe(expected);
        if (expected === '') return;
        // Characters, not halves of them.
        const characters = [...expected];
        const [first, last] = [a % characters.length, b % characters.length].sort((x, y) => x - y) as [number, number];
        const from = characters.slice(0, first).join('').length;
        const to = characters.slice(0, last + 1).join('').length;
        if (expected[from] === ' ' || expected[to - 1] === ' ') return;
        const { start, end } = folded.bytes(from, to);
        expect(fold(latin1(bytes.subarray(start, end)), [0, end - start], 'text').text).toBe(expected.slice(from, to));
      }),
      { numRuns: 500 },
    );
  });

  it('sets one blank between ranges where an empty one stands, none at either end', () => {
    const raw = 'cell one cell two';
    expect(fold(raw, [0, 8, 8, 8, 8, 8, 9, 17, 17, 17], 'html').text).toBe('cell one cell two');
    expect(fold(raw, [0, 4, 9, 13], 'html').text).toBe('cellcell');
  });
});
