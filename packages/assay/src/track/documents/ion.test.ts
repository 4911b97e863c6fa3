import { dumpBinary, dumpText, IonTypes, loadAll, makeReader, type Reader } from 'ion-js';
import { describe, expect, test } from 'vitest';
import { readDocument, type Value } from './index.ts';
import { parseDecimal } from './value.ts';

const read = (bytes: Uint8Array | string) =>
  readDocument({ name: 'doc', format: 'ion', bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes });

/** What ion-js reads, in the same plain form as `plain` gives ours. */
function byOracle(reader: Reader): unknown {
  const type = reader.type();
  if (type === null || reader.isNull()) return null;
  switch (type) {
    case IonTypes.INT:
      return parseDecimal(String(reader.bigIntValue()));
    case IonTypes.DECIMAL: {
      const decimal = reader.decimalValue()!;
      return parseDecimal(`${decimal.getCoefficient()}e${decimal.getExponent()}`);
    }
    case IonTypes.FLOAT:
      return parseDecimal(String(reader.numberValue())) ?? String(reader.numberValue());
    case IonTypes.BOOL:
      return reader.booleanValue();
    case IonTypes.STRUCT:
    case IonTypes.LIST: {
      const items: unknown[] = [];
      reader.stepIn();
      while (reader.next() !== null) {
        const name = reader.fieldName();
        items.push(type === IonTypes.STRUCT ? [name, byOracle(reader)] : byOracle(reader));
      }
      reader.stepOut();
      return items;
    }
    case IonTypes.BLOB:
      return Buffer.from(reader.uInt8ArrayValue() ?? []).toString('base64');
    default:
      return reader.stringValue();
  }
}

function plain(value: Value): unknown {
  if (value.type === 'null') return null;
  if (value.type === 'list') return value.value.map(plain);
  if (value.type === 'map') return [...value.value].map(([key, one]) => [key, plain(one)]);
  return value.value;
}

describe('Ion documents', () => {
  test.each([
    '{a: 9007199254740993, b: 1.00000000000000000001, c: 12d-3, d: -0.0, e: 90.250, f: 9.25e1}',
    '{big: 123456789012345678901234567890, negative: -7, hex: 0xff, name: "\\u00e9t\\u00e9 \\U0001f600", sym: abc}',
    '[null, true, false, null.int, {}, [], {{aGVsbG8=}}, "text", nan, +inf, -inf]',
    '{nested: {list: [1, 2.5, {deep: [[["x"]]]}]}, "a key": 1}',
  ])('are what ion-js reads, in text and in binary: %s', (text) => {
    const reader = makeReader(text);
    reader.next();
    const expected = byOracle(reader);
    expect(plain(read(text))).toEqual(expected);
    const [value] = loadAll(text);
    expect(plain(read(dumpBinary(value)))).toEqual(expected);
    expect(plain(read(dumpText(value)))).toEqual(expected);
  });

  test('numbers of any length keep every digit', () => {
    for (let i = 1; i < 300; i += 13) {
      const digits = `${'1234567890'.repeat(30).slice(0, i)}1`;
      expect(plain(read(digits))).toEqual(parseDecimal(digits));
      expect(plain(read(`0.${digits}`))).toEqual(parseDecimal(`0.${digits}`));
      expect(plain(read(`-${digits}d-${i}`))).toEqual(parseDecimal(`-${digits}e-${i}`));
    }
  });

  test.each([
    ['{a: 1,\n  b: [}', /doc:2:7: .*not Ion/],
    ['{"é": "é",\n "é2": "x", "é2": 3}', /doc:2:19: the field "é2" stands twice/],
    ['{a: 1', /doc:1:\d+: .*not Ion/],
    [`${'['.repeat(150)}${']'.repeat(150)}`, /doc:1:102: nested deeper than 100/],
    ['1d999999999999999', /doc:1:1: an exponent beyond/],
    ['', /there is no value/],
  ])('that cannot be read are refused with line and column: %s', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'ASSAY_TRACK_DOCUMENT', message: expect.stringMatching(message) }),
    );
  });

  test('that are binary and cut short are refused with the byte', () => {
    const whole = dumpBinary({ name: 'wine', scores: [1, 2, 3] });
    for (let end = 5; end < whole.length; end++) {
      expect(() => read(whole.subarray(0, end))).toThrow(
        expect.objectContaining({ code: 'ASSAY_TRACK_DOCUMENT', message: expect.stringMatching(/byte \d+/) }),
      );
    }
  });
});
