import { describe, expect, test } from 'vitest';
import { diffDocuments } from './difference.ts';
import { compareDecimals, parseDecimal, readDocument, showValue } from './documents/index.ts';
import { exactAjv } from './exact-schema.ts';
import { checkVersion, proposeNext } from './versions.ts';

const read = (text: string, format: 'json' | 'yaml' | 'ion' = 'json') =>
  readDocument({ name: 'doc', format, bytes: Buffer.from(text) });

describe('documents', () => {
  test('keep every digit', () => {
    for (const digits of ['9007199254740993', '1.00000000000000000001', '-0.1', '12e-3']) {
      const expected = parseDecimal(digits)!;
      for (const format of ['json', 'yaml'] as const) expect(read(digits, format)).toMatchObject({ value: expected });
    }
    expect(showValue(read('9007199254740993', 'ion'))).toBe('9007199254740993');
    expect(showValue(read('1.00000000000000000001', 'ion'))).toBe('1.00000000000000000001');
    expect(showValue(read('12d-3', 'ion'))).toBe('0.012');
  });

  test.each([
    ['json', '{"a": 1,\n "a": 2}', /doc:2:2: .*twice/],
    ['json', '"\\ud800"', /surrogate/],
    ['json', '['.repeat(5000), /deeper/],
    ['json', '[1,]', /expected a value/],
    ['json', '01', /more after/],
    ['yaml', 'a: 1\na: 2\n', /doc:2:1/],
    ['yaml', `a: &a [x,x]\nb: &b [${'*a,'.repeat(999)}]\nc: &c [${'*b,'.repeat(999)}]`, /aliases/],
    ['yaml', '['.repeat(20_000), /deep/],
    ['ion', '{a: 1, a: 2}', /twice/],
    ['ion', '['.repeat(5000), /deep|Ion/],
    ['ion', '{a: ', /Ion/],
  ] as const)('of %s are refused with the place (%#)', (format, text, message) => {
    expect(() => read(text, format)).toThrow(
      expect.objectContaining({ code: 'ASSAY_TRACK_DOCUMENT', message: expect.stringMatching(message) }),
    );
  });

  test('that are not UTF-8 are refused', () => {
    const bytes = Buffer.from([0x22, 0xff, 0x22]);
    expect(() => readDocument({ name: 'doc', format: 'json', bytes })).toThrow(/doc:1:2: not UTF-8/);
  });
});

test('decimals are compared without writing out their powers', () => {
  const order = (a: string, b: string) => Math.sign(compareDecimals(parseDecimal(a)!, parseDecimal(b)!));
  expect(order('1e999999999', '2e999999998')).toBe(1);
  expect(order('-1e999999999', '1')).toBe(-1);
  expect(order('1.0', '1')).toBe(0);
  expect(order('9007199254740993', '9007199254740992')).toBe(1);
});

describe('versions', () => {
  const propose = (before: string, after: string) =>
    proposeNext('1:2:3', diffDocuments(read(before), read(after), '$'), []);
  test.each([
    ['{"a":1,"b":2}', '{"a":1}', '2:0:0'],
    ['{"a":1}', '{"a":"1"}', '2:0:0'],
    ['{"a":1}', '{"a":1,"b":2}', '1:3:0'],
    ['{"a":[1]}', '{"a":[1,2]}', '1:2:4'],
    ['{"a":9007199254740992}', '{"a":9007199254740993}', '1:2:4'],
  ])('from %s to %s: %s', (before, after, version) => {
    expect(propose(before, after).version).toBe(version);
  });

  test('must rise', () => {
    expect(() => checkVersion('1:2:3', '1:2:3')).toThrow(/not above/);
    expect(() => checkVersion('1.2.3', undefined)).toThrow(/not a version/);
    expect(() => checkVersion('1:10:0', '1:9:9')).not.toThrow();
  });
});

describe('a schema', () => {
  const problems = (schema: string, value: string) => exactAjv(read(schema))(read(value)).map(({ pointer }) => pointer);
  test.each([
    ['{"properties":{"n":{"maximum":9007199254740992}}}', '{"n":9007199254740993}', ['/n']],
    ['{"properties":{"n":{"maximum":9007199254740993}}}', '{"n":9007199254740993}', []],
    ['{"type":"integer"}', '1e400', []],
    ['{"type":"integer"}', '9007199254740993.5', ['']],
    ['{"const":9007199254740993}', '9007199254740992', ['']],
    ['{"multipleOf":0.01}', '0.07', []],
    ['{"items":{"multipleOf":0.1}}', '[0.3, 0.35]', ['/1']],
    ['{"uniqueItems":true}', '[9007199254740993, 9007199254740992]', []],
    ['{"required":["a"]}', '{"__proto__":1}', ['']],
  ])('%s of %s', (schema, value, expected) => {
    expect(problems(schema, value)).toEqual(expected);
  });

  test('that is none is refused', () => {
    expect(() => exactAjv(read('{"type":"nonsense"}'))).toThrow(
      expect.objectContaining({ code: 'ASSAY_TRACK_SCHEMA' }),
    );
  });
});
