import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from './value.ts';
import { formatYaml, formatYamlDocument, parseYaml, parseYamlDocument } from './yaml.ts';

const refused = (code = 'ASSAY_DVC_YAML') => expect.objectContaining({ code });

test('integers and floats stay apart', () => {
  expect(parseYaml('a: 1\nb: 1.0\nc: 1e-05\nd: 123456789012345678901\n', 'f')).toEqual({
    a: 1n,
    b: 1,
    c: 0.00001,
    d: 123456789012345678901n,
  });
  expect(formatYaml({ a: 1n, b: 1, c: 0.00001, d: 1e16, e: Number.NaN, f: -Infinity })).toBe(
    'a: 1\nb: 1.0\nc: 1e-05\nd: 1e+16\ne: .nan\nf: -.inf\n',
  );
});

test.each([
  ['1_000', 1000n],
  ['-1_0', -10n],
  ['0x1_F', 31n],
  ['-0x1f', -31n],
  ['0b11', 3n],
  ['0o_7', 7n],
  ['010', 10n],
  ['+5', 5n],
  ['1_0.5', 10.5],
  ['1_e5', 100_000],
  ['.5e+5', 50_000],
  ['.5e5', '.5e5'],
  ['_1', '_1'],
  ['0x1_G', '0x1_G'],
  ['1__a', '1__a'],
])('%s is the number that DVC reads, and a text like it is quoted', (word, value) => {
  expect(parseYaml(`a: ${word}\n`, 'f')).toEqual({ a: value });
  expect(formatYaml({ a: word })).toBe(typeof value === 'string' ? `a: ${word}\n` : `a: '${word}'\n`);
  expect(formatYamlDocument(parseYamlDocument(`a: ${word}\nb: x\n`, 'f'))).toBe(`a: ${word}\nb: x\n`);
});

test('what begins like a number and is none is refused, as by DVC', () => {
  for (const word of ['-_', '0b_', '._']) {
    expect(() => parseYaml(`a: ${word}\n`, 'f')).toThrow(refused());
  }
});

test('the words of YAML 1.1 are texts', () => {
  expect(parseYaml('on: yes\noff: No\n', 'f')).toEqual({ on: 'yes', off: 'No' });
  expect(formatYaml({ a: 'on', b: 'true', c: null, d: '1', e: true })).toBe("a: on\nb: 'true'\nc:\nd: '1'\ne: true\n");
});

test("DVC's style: lists under their key, no indent", () => {
  expect(formatYaml({ outs: [{ md5: 'a', path: 'b' }, 'c'] })).toBe('outs:\n- md5: a\n  path: b\n- c\n');
});

describe('what is refused says where', () => {
  test.each([
    ['a key twice', 'a: 1\na: 2\n', /^f:2:1: /],
    ['an open bracket', 'a: [1\n', /^f:/],
    ['a tab', 'a:\n\tb: 1\n', /^f:/],
    [
      'a bomb',
      `${['a: &a [x, x, x, x, x, x, x, x, x]', ...[...'bcdefgh'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`)].join('\n')}\n`,
      /^f: /,
    ],
    ['nesting', `${'['.repeat(5000)}\n`, /^f/],
  ])('%s', (_, text, message) => {
    expect(() => parseYaml(text, 'f')).toThrow(refused());
    expect(() => parseYaml(text, 'f')).toThrow(message);
  });
});

test('a mark of git is called what it is', () => {
  expect(() => parseYaml('<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n', 'f')).toThrow(refused('ASSAY_DVC_CONFLICT'));
});

test('a document that is edited keeps its remarks', () => {
  const document = parseYamlDocument('# top\na: 1 # one\nb:\n- x\n', 'f');
  document.set('c', 2n);
  expect(formatYamlDocument(document)).toBe('# top\na: 1 # one\nb:\n- x\nc: 2\n');
});

test('every value is read as it was written', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => one.isWellFormed());
  const scalar = fc.oneof(text, fc.bigInt(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
  const key = text.filter((one) => one !== '__proto__' && one !== '<<');
  const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      scalar as fc.Arbitrary<Value>,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, tree, { maxKeys: 3, noNullPrototype: true }), (value) => {
      expect(parseYaml(formatYaml(value), 'f')).toEqual(value);
    }),
  );
});
