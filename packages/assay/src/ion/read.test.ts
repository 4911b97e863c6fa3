import fc from 'fast-check';
import { makeBinaryWriter, makePrettyWriter, makeReader, makeTextWriter, type Reader, type Writer } from 'ion-js';
import { describe, expect, test } from 'vitest';
import { ionHash, readIon, readIonPieces } from './index.ts';
import { type IonField, type IonValue, isTypeName } from './value.ts';

const encoder = new TextEncoder();
const read = (text: string | Uint8Array) => [
  ...readIon(typeof text === 'string' ? encoder.encode(text) : text, 'test.ion'),
];

/** ion-js, the oracle. */
function oracle(bytes: string | Uint8Array): IonValue[] {
  const reader = makeReader(bytes);
  const values: IonValue[] = [];
  while (reader.next() !== null) values.push(byIonJs(reader));
  return values;
}

function byIonJs(reader: Reader): IonValue {
  const annotations = reader.annotations();
  const name = reader.type()?.name;
  if (name === undefined || !isTypeName(name)) throw new Error('a value without a type');
  if (reader.isNull()) return { annotations, type: 'null', of: name };
  switch (name) {
    case 'null':
      return { annotations, type: 'null', of: name };
    case 'bool':
      return { annotations, type: name, value: reader.booleanValue() === true };
    case 'int':
      return { annotations, type: name, value: present(reader.bigIntValue()) };
    case 'float':
      return { annotations, type: name, value: present(reader.numberValue()) };
    case 'decimal': {
      const decimal = present(reader.decimalValue());
      return {
        annotations,
        type: name,
        coefficient: decimal.getCoefficient(),
        exponent: decimal.getExponent(),
        negative: decimal.isNegative(),
      };
    }
    case 'timestamp':
      return { annotations, type: name, text: present(reader.timestampValue()).toString() };
    case 'symbol':
      return { annotations, type: name, text: reader.stringValue() };
    case 'string':
      return { annotations, type: name, value: present(reader.stringValue()) };
    case 'clob':
    case 'blob':
      return { annotations, type: name, bytes: present(reader.uInt8ArrayValue()) };
    default:
      return containerByIonJs(reader, name, annotations);
  }
}

function containerByIonJs(reader: Reader, type: 'list' | 'sexp' | 'struct', annotations: readonly string[]): IonValue {
  const items: IonValue[] = [];
  const fields: IonField[] = [];
  reader.stepIn();
  for (let next = reader.next(); next !== null; next = reader.next()) {
    if (type === 'struct') fields.push({ name: reader.fieldName(), value: byIonJs(reader) });
    else items.push(byIonJs(reader));
  }
  reader.stepOut();
  return type === 'struct' ? { annotations, type, fields } : { annotations, type, items };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('a value that is not there');
  return value;
}

/** In a form that compares deeply: bytes as hex. */
const plain = (values: readonly IonValue[]): unknown =>
  JSON.parse(
    JSON.stringify(values, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
      const bytes = this[key];
      if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString('hex');
      if (typeof value === 'bigint') return `${value}n`;
      if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
      return value;
    }),
  );

function written(text: string, writer: Writer): Uint8Array {
  writer.writeValues(makeReader(text));
  writer.close();
  return writer.getBytes();
}

/** By the pieces of a file, so small that every value is cut somewhere. */
function inPieces(bytes: Uint8Array, size: number): IonValue[] {
  let at = 0;
  const pull = (target: Uint8Array) => {
    const piece = bytes.subarray(at, at + Math.min(size, target.length));
    target.set(piece);
    at += piece.length;
    return piece.length;
  };
  return [...readIonPieces(pull, 'test.ion')];
}

const two = (most: number, least = 0) => fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));
const timestamp = fc
  .tuple(
    fc.integer({ min: 2, max: 9998 }).map((year) => String(year).padStart(4, '0')),
    fc.tuple(two(12, 1), two(28, 1), two(23), two(59), two(59)),
    fc.bigInt({ min: 0n, max: 10n ** 12n }),
    fc.constantFrom('Z', '-00:00', '+05:30', '-23:59', '+14:00'),
    fc.nat(5),
  )
  .map(([year, [month, day, hour, minute, second], fraction, zone, precision]) => {
    const date = [year, `${year}-${month}`, `${year}-${month}-${day}`][precision];
    if (date !== undefined) return `${date}T`;
    const seconds = precision === 3 ? '' : `:${second}${precision === 4 ? '' : `.${fraction}`}`;
    return `${year}-${month}-${day}T${hour}:${minute}${seconds}${zone}`;
  });
const quoted = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text));
const symbol = fc.oneof(
  fc.constantFrom('a', '$x', '_', 'long_name', 'name', "'null'", "'a b'", "'$7'"),
  fc.string({ unit: 'grapheme-ascii' }).map((text) => `'${text.replace(/['\\]/g, '\\$&')}'`),
);
// ion-js writes an annotation `+` in a sexp without quotes, which is no Ion.
const annotation = symbol.filter((text) => /\w/.test(text));
const scalar = fc.oneof(
  fc.constantFrom('null', 'true', 'false', 'nan', '+inf', '-inf', '0d0', '-0d0', '-0.00', '0e0', '-0e0', '0', '-0'),
  fc
    .constantFrom(...'bool int float decimal timestamp symbol string clob blob list sexp struct'.split(' '))
    .map((of) => `null.${of}`),
  fc.bigInt().map(String),
  fc.integer().map(String),
  fc
    .tuple(fc.bigInt(), fc.nat(999), fc.integer({ min: -300, max: 300 }))
    .map(([whole, part, e]) => `${whole}.${part}d${e}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => `${value.toExponential()}`),
  timestamp,
  symbol,
  quoted,
  fc.uint8Array().map((bytes) => `{{${Buffer.from(bytes).toString('base64')}}}`),
  fc
    .uint8Array()
    .map((bytes) => `{{"${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"}}`),
);
const ion = fc.letrec<{ value: string }>((tie) => ({
  value: fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: annotation.map((name) => `${name}::`) },
      ),
      fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `(${items.join(' ')})`),
        fc
          .array(fc.tuple(fc.oneof(symbol, quoted), tie('value')), { maxLength: 5 })
          .map((fields) => `{${fields.map(([name, value]) => `${name}:${value}`).join(',')}}`),
      ),
    )
    .map(([annotations, value]) => annotations + value),
})).value;
const document = fc.array(ion, { maxLength: 4 }).map((values) => values.join('\n'));

test('any values are read as ion-js reads them, from text and from binary, whole and in pieces', () => {
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 9 }), (text, size) => {
      const expected = plain(oracle(text));
      const values = read(text);
      expect(plain(values)).toEqual(expected);
      const hashes = values.map((value) => ionHash(value).toString('hex'));
      for (const writer of [makeBinaryWriter(), makeTextWriter(), makePrettyWriter()]) {
        const bytes = written(text, writer);
        const again = read(bytes);
        expect(plain(again)).toEqual(plain(oracle(bytes)));
        expect(again.map((value) => ionHash(value).toString('hex'))).toEqual(hashes);
        expect(plain(inPieces(bytes, size))).toEqual(plain(again));
      }
      expect(plain(inPieces(encoder.encode(text), size))).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

describe('text that people write', () => {
  test.each([
    ['1 // to the end of the line\n/* and\nmore */ 2', '1 2'],
    ['[1, /* within */ 2,]', '[1,2]'],
    [`'''one ''' /* between */ '''two'''`, '"one two"'],
    [`'''a\r\nb\rc'''`, String.raw`"a\nb\nc"`],
    [`'''it's ''quoted''\\\nhere'''`, `"it's ''quoted''here"`],
    [
      String.raw`"\0\a\b\t\n\f\r\v\"\'\?\\\/\x41\u00fc\U0001F600\ud83d\ude00"`,
      String.raw`"\x00\x07\x08\t\n\x0c\r\x0b\"'?\\/Aü😀😀"`,
    ],
    ['0xFF -0X1f 0b101 -0B11 0x1_f 0b1_1', '255 -31 5 -3 31 3'],
    ['1_000 1_0.2_5 1_0e1 7// c', '1000 10.25 100e0 7'],
    ['5. 5.e3 5D3 -0.0', '5d0 5000e0 5d3 -0d-1'],
    ['2019-10-25 2019-10-25T17:20+00:00', '2019-10-25T 2019-10-25T17:20Z'],
    [`{"a":1, 'b c':2, '''d''':3, $4:4}`, `{a:1,'b c':2,d:3,name:4}`],
    ['{a:1,a:2}', '{a:1,a:2}'],
    [`(a+b -1 - 1 == . '+' +inf)`, `(a '+' b -1 '-' 1 '==' '.' '+' +inf)`],
    ['(a/*x*/b+//y\n1)', `(a b '+' 1)`],
    ['a :: b::c', 'a::b::c'],
    [`{{ '''ab'''  '''\\x00c''' }} {{ YW Jj }} {{ YQ = = }}`, String.raw`{{"ab\x00c"}} {{YWJj}} {{YQ==}}`],
    ['$ion_1_0 $ion_symbol_table::{symbols:["x","y"]} $10 $11::{$11:$4}', 'x y::{y:name}'],
    [`"a"'b'[]{}()`, '"a" b [] {} ()'],
    ['', ''],
  ])('%s', (text, same) => {
    expect(plain(read(text))).toEqual(plain(oracle(same)));
    for (const size of [1, 2, 3]) expect(plain(inPieces(encoder.encode(text), size))).toEqual(plain(oracle(same)));
  });

  test('a symbol without text is null, where it annotates and names too', () => {
    const unknown = { annotations: [], type: 'symbol', text: null };
    expect(read('$0::{$0:$0}')).toEqual([
      { annotations: [null], type: 'struct', fields: [{ name: null, value: unknown }] },
    ]);
  });
});

test.each([
  ['{a: [1, 2', '1:10'],
  [`1\n{b:\n  'ü': x]`, '3:6'],
])('%j is refused at its line and column, in characters', (text, place) => {
  const refused = expect.objectContaining({ message: expect.stringContaining(`test.ion:${place}: `) });
  expect(() => read(text)).toThrow(refused);
  expect(() => inPieces(encoder.encode(text), 2)).toThrow(refused);
});

test.each([
  ...[
    '[1 2]',
    '[,]',
    '[1,,2]',
    '{a 1}',
    '{:1}',
    '{a:}',
    '{1:2}',
    '{null:1}',
    'nan::1',
    'a::',
    ')',
    ',',
    '+',
    '-',
    '-a',
  ],
  ...['00', '01', '-01', '1__0', '1_', '0x', '0x_1', '0b2', '1e', '1.2.3', '1a', '1:', '0xg', '(1-2)', '1._5', '-inf3'],
  ...[
    '"abc',
    `'abc`,
    `'''abc''`,
    '"a\nb"',
    String.raw`"\q"`,
    String.raw`"\x4"`,
    String.raw`"\ud83d"`,
    '"\x01"',
    '/* a',
  ],
  ...[String.raw`"\U00110000"`, '{{YQ}}', '{{YQ=}}', '{{Y===}}', '{{YQ==}', String.raw`{{"\u0041"}}`, '{{"ü"}}'],
  ...['{{// a\n}}', `{{'a'}}`, '{{}', '0000T', '2019-13T', '2019-00T', '2019-02-29', '2019-02', '2019-1-1', '-2019T'],
  ...['2019-10-25T17Z', '2019-10-25T17:20', '2019-10-25T24:00Z', '2019-10-25T17:60Z', '2019-10-25T17:20:60Z'],
  ...['2019-10-25T17:20:21.Z', '2019-10-25T17:20+24:00', '2019-10-25T17:20Zx', 'null.foo', 'null.', '$10', '{$99:1}'],
  ...['$ion_1_1 1', '$ion_symbol_table::{imports:[{name:"x",version:1}]}', '['.repeat(300), '1e99999999999'],
])('%j is refused, whole and in pieces', (text) => {
  const refused = expect.objectContaining({
    code: 'ASSAY_ION_MALFORMED',
    message: expect.stringMatching(/^test\.ion:\d+:\d+: .+, after \d values$/),
  });
  expect(() => read(text)).toThrow(refused);
  expect(() => inPieces(encoder.encode(text), 2)).toThrow(refused);
});

test('a number of very many digits is refused', () => {
  expect(() => read('1'.repeat(30_000))).toThrow(/more than 20000 digits/);
});

test('text that is not UTF-8 is refused', () => {
  for (const bytes of [[0xff], [0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x27, 0x5c, 0x6e, 0xe2, 0x82, 0x27]]) {
    expect(() => read(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'ASSAY_ION_MALFORMED' }));
  }
});

describe('binary', () => {
  const binary = (hex: string) => Buffer.from(`e00100ea${hex.replaceAll(' ', '')}`, 'hex');

  test.each([
    ['', ''],
    ['00 01ff 0e82ffff 11', 'true'],
    ['20 2105 2e8b0102030405060708090a0b', '0 5 0x0102030405060708090a0b'],
    ['40 443f800000 48400921fb54442d18', '0e0 1e0 3.141592653589793e0'],
    ['50 51c1 52c181 53c100ff 52c180', '0d0 0d-1 -1d-1 255d-1 -0d-1'],
    ['d0 d6 84 02ffff 84 11', '{} {name:true}'],
    ['d1 83 842101', '{name:1}'],
    ['e4 81 84 2101', 'name::1'],
    ['68 c0 0fe3 81 81 80 80 80', '2019-01-01T00:00:00-00:00'],
    ['6b 80 0fe3 81 81 80 80 80 c3 01f4', '2019-01-01T00:00:00.500Z'],
    ['e7 8183 d4 87 b2 8178 710a', 'x'],
  ])('%s', (hex, same) => {
    expect(plain(read(binary(hex)))).toEqual(plain(oracle(same)));
    expect(plain(inPieces(binary(hex), 1))).toEqual(plain(oracle(same)));
  });

  test.each([
    ...['e0 0101ea', '12', '30', '3100', '3f', '41aa', '45aaaaaaaaaa', 'f0', 'e1', 'ef', 'e3 818400', 'e4 81 84 1111'],
    ...['21', '82 61', '81 ff', 'b2 21', 'b3 2201', 'd1', 'd180', 'd2 84', 'd3 842201', '71 0b', '8e', '8e 01', '0e'],
    ...['6180', '64 80 0fe3 8d', '65 80 0fe3 82 9e', '66 80 0fe3 81 81 98', '67 80 0fe3 81 81 98 80', '51 41'],
    ...['6a 80 0fe3 81 81 80 80 80 c1 0a', 'e6 81 84 e3 81 84 11', 'be 7f7f7f7f7f7f7f7f7fff', '5a 7f7f7f7f7fff'],
    ...['e9 81 83 d6 86 b4 d3 84 81 61'],
  ])('%s is refused with the byte', (hex) => {
    const refused = expect.objectContaining({
      code: 'ASSAY_ION_MALFORMED',
      message: expect.stringMatching(/^test\.ion byte \d+: .+, after \d values$/),
    });
    expect(() => read(binary(hex))).toThrow(refused);
    expect(() => inPieces(binary(hex), 1)).toThrow(refused);
  });

  test('nested too deep is refused', () => {
    let nested = Buffer.from([0xb0]);
    for (let i = 0; i < 300; i++) {
      const size = nested.length;
      const length =
        size < 14 ? [0xb0 | size] : size < 128 ? [0xbe, 0x80 | size] : [0xbe, size >> 7, 0x80 | (size & 0x7f)];
      nested = Buffer.concat([Buffer.from(length), nested]);
    }
    expect(() => read(binary(nested.toString('hex')))).toThrow(/nested more than 200 deep/);
  });
});
