import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './graph.ts';
import { parseJson } from './json-source.ts';
import type { Path } from './source.ts';

const read = (text: string) => {
  const parsed = parseJson('x.json', text);
  if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
  return parsed.source;
};
const problem = (text: string) => {
  const parsed = parseJson('x.json', text);
  const found = 'problems' in parsed ? parsed.problems[0] : undefined;
  return `${found?.place?.line}:${found?.place?.column} ${found?.message}`;
};
const hasLargeNumber = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isInteger(value) && !Number.isSafeInteger(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);

describe('JSON with places', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t'), (value, indent) => {
        fc.pre(!hasLargeNumber(value) && !JSON.stringify(value).includes('__proto__'));
        const text = JSON.stringify(value, null, indent);
        expect(read(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '01',
      '1.',
      'true',
      'nul',
      "'a'",
      ' ',
      '\n',
      '//',
      '"\\x"',
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let fine = true;
        try {
          JSON.parse(text);
        } catch {
          fine = false;
        }
        const parsed = parseJson('x.json', text);
        const isDuplicate = 'problems' in parsed && parsed.problems[0]?.code === 'ASSAY_PIPELINE_DUPLICATE_KEY';
        if (!isDuplicate) expect('source' in parsed).toBe(fine);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows where each value and key stands', () => {
    const text = '{\n  "a": {"b": [1, "x"]},\n  "c": null\n}';
    const { locate } = {
      locate: (path: Path, of?: 'key' | 'value') => Object.values(read(text).locate(path, of)).join(':'),
    };
    expect(locate([])).toBe('1:1');
    expect(locate(['a', 'b', 1])).toBe('2:18');
    expect(locate(['c'])).toBe('3:8');
    expect(locate(['c'], 'key')).toBe('3:3');
    expect(locate(['a', 'none', 'deeper'])).toBe('2:8');
  });

  it('says what was expected where', () => {
    expect(problem('{\n "a": 1\n "b": 2}')).toBe(
      '3:2 not JSON: expected `,` or `}` in the object that opens in line 1, column 1, found `"b": 2}`',
    );
    expect(problem('[1, 2')).toBe(
      '1:6 not JSON: expected `,` or `]` in the array that opens in line 1, column 1, found the end of the file',
    );
    expect(problem('{"a": 1, "a": 2}')).toContain('1:10 the key `a`');
    expect(problem('[9007199254740993]')).toContain('1:2 this number is over 2^53');
    expect(problem('{"a": tru}')).toContain('1:7 not JSON: expected a value, found `tru}`');
    expect(problem('{"a": "x\ny"}')).toContain('1:7 not JSON: this string has no closing quote');
    expect(problem('{a: 1}')).toContain('1:2 not JSON: expected a key in double quotes');
    expect(problem('{} {}')).toContain('1:4 not JSON: expected the end of the file');
  });

  it('gives no object a prototype from the file', () => {
    expect(problem('{"__proto__": {"x": 1}}')).toContain('1:2');
    const value: Json = read('{"constructor": 1}').value;
    expect(value).toEqual({ constructor: 1 });
  });
});
