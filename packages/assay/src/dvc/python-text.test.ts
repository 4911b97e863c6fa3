import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byCodePoint, pythonFloat, pythonJson, pythonRepr } from './python-text.ts';

test.each([
  [1, '1.0'],
  [-0, '-0.0'],
  [0.1, '0.1'],
  [1e-5, '1e-05'],
  [0.0001, '0.0001'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
  [9007199254740992, '9007199254740992.0'],
  [5e-324, '5e-324'],
  [1.5e300, '1.5e+300'],
  [Number.NaN, 'nan'],
  [-Infinity, '-inf'],
])('the float %d is %s', (value, text) => expect(pythonFloat(value)).toBe(text));

test('a float is the shortest text that means it, and never looks like an integer', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = pythonFloat(value);
      expect(Object.is(Number(text), value)).toBe(true);
      expect(text).toMatch(/[.e]/);
    }),
  );
});

test("JSON as Python's: spaces after separators, ASCII alone, keys by code point", () => {
  expect(pythonJson({ b: [1n, 1, null, true], a: 'ü\u{1f600}\x7f"\n' }, { sortKeys: true })).toBe(
    '{"a": "\\u00fc\\ud83d\\ude00\\u007f\\"\\n", "b": [1, 1.0, null, true]}',
  );
  expect(pythonJson({ '\u{1f600}': 1n, '\uff5e': 2n }, { sortKeys: true })).toBe('{"\\uff5e": 2, "\\ud83d\\ude00": 1}');
});

test("values as Python's repr has them", () => {
  expect(pythonRepr(['a', "it's", 'say "it\'s"', 1n, 2, null, true, { k: '\t\x00é\u200b' }])).toBe(
    `['a', "it's", 'say "it\\'s"', 1, 2.0, None, True, {'k': '\\t\\x00é\\u200b'}]`,
  );
});

test('the order by code point is that of UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(byCodePoint(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
