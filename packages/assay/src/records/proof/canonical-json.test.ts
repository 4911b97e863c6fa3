import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, canonicalJson, parseCanonical } from './canonical-json.ts';

test('writes the example of RFC 8785, section 3.2.2', () => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e-27, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e-27,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('sorts keys by UTF-16 unit, as the example of RFC 8785, section 3.2.3', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
  expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
});

test('reads back what it wrote, and only that spelling', () => {
  const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !/e\+/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(plain, (value) => {
      let text: string;
      try {
        text = canonicalJson(value);
      } catch {
        return; // An integer over 2^53 or a lone surrogate.
      }
      expect(canonicalJson(parseCanonical(canonicalBytes(value)))).toBe(text);
      expect(() => parseCanonical(new TextEncoder().encode(` ${text}`))).toThrow();
    }),
    { numRuns: 300 },
  );
});

describe('refuses', () => {
  class Point {
    readonly x = 1;
  }
  test.each([
    ['undefined', { a: undefined }],
    ['a date', { at: new Date(0) }],
    ['NaN', [Number.NaN]],
    ['infinity', [-Infinity]],
    ['an integer over 2^53', 2 ** 53],
    ['a large integer in exponent form', 1e300],
    ['a bigint', 1n],
    ['a function', { f: () => 1 }],
    ['a class instance', new Point()],
    ['bytes', new Uint8Array(1)],
    ['a map', new Map()],
    ['a lone surrogate', '\ud800'],
    ['a key with one', { '\udc00': 1 }],
    ['a hole in a list', new Array(2)],
  ])('%s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'ASSAY_JSON_NOT_CANONICAL' }));
  });

  test('nesting without end', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => canonicalJson(loop)).toThrow(/nested deeper/);
  });

  test.each([
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '[1.0]',
    '[1e2]',
    '"\\u0041"',
    '"\\/"',
    '[-0]',
    '\ufeff[]',
    '[]\n',
    '{',
  ])('the spelling %s', (text) => {
    expect(() => parseCanonical(new TextEncoder().encode(text))).toThrow(
      expect.objectContaining({ code: 'ASSAY_JSON_NOT_CANONICAL' }),
    );
  });

  test('bytes that are not UTF-8', () => {
    expect(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(/is not JSON/);
  });
});
