import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlainYaml } from './plain-yaml.ts';
import type { Value } from './value.ts';
import { formatYaml, parseYamlDocument, toValue } from './yaml.ts';

/** What the YAML library reads; undefined when it refuses. */
function whole(text: string): Value | undefined {
  try {
    return toValue(parseYamlDocument(text, 'file'), 'file');
  } catch {
    return undefined;
  }
}

const lock = `schema: '2.0'
stages:
  train@1:
    cmd: python train.py --rate 0.5 > out && echo "done"
    deps:
    - path: data/raw
      hash: md5
      md5: 0123456789abcdef0123456789abcdef.dir
      size: 12
      nfiles: 3
    params:
      params.yaml:
        rate: 0.5
        on: yes
        layers: [1, a, 2.5]
    outs:
    - path: model
      isexec: true
`;

test('the files of DVC are read without the library, and say the same', () => {
  for (const text of [lock, 'outs:\n- md5: 0123456789abcdef0123456789abcdef\n  path: a\n', 'stages:\n']) {
    const plain = readPlainYaml(text);
    expect(plain).not.toBe(undefined);
    expect(plain).toEqual(whole(text));
  }
  expect(readPlainYaml('# a note\na:\n\n- 1\n\n- b\nc: true\n')).toEqual({ a: [1n, 'b'], c: true });
});

describe('what is not plain is left to the library', () => {
  test.each([
    ['an anchor', 'a: &x 1\nb: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a text of several lines', 'a: one\n  two\n'],
    ['a block of text', 'a: |\n  one\n'],
    ['a map in braces', 'a: {b: 1}\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a comment after a value', 'a: 1 # one\n'],
    ['a colon in a value', 'a: b: c\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a mark of git', '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n'],
    ['a tab', 'a:\tb\n'],
    ['line ends of Windows', 'a: b\r\n'],
    ['a letter beyond ASCII', 'a: ü\n'],
    ['a number that is written in another way', 'a: 1e5\nb: 0x1f\n'],
    ['a hash that may be a number', `md5: ${'1'.repeat(31)}e\n`],
    ['a hash that is a number with two digits', `md5: 0b${'1'.repeat(30)}\n`],
    ['a list in a list', '- - 1\n'],
    ['a quote in quotes', "a: 'it''s'\n"],
    ['a dangerous name', '__proto__: 1\n'],
    ['an unfit indent', 'a:\n    b: 1\n  c: 2\n'],
    ['nothing', ''],
    ['a word alone', 'word\n'],
  ])('%s', (_, text) => expect(readPlainYaml(text)).toBe(undefined));
});

const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z_/][A-Za-z0-9_./-]{0,8}$/) },
  fc.stringMatching(/^[A-Za-z0-9_./$@'"#:{}[\],&*!|>%~+ -]{0,12}$/),
  fc.constantFrom(
    'null',
    'True',
    'on',
    '1e5',
    '0x1f',
    '.5',
    '1.',
    '-',
    '- a',
    'a: b',
    'a #b',
    '<<',
    '2020-01-01',
    '1_000',
    '0x1_F',
    '0b11',
    '0o_7',
    '1_0.5',
    '-_',
  ),
  fc.stringMatching(/^[0-9a-f]{32}$/),
);
const scalar = fc.oneof(
  word,
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar as fc.Arbitrary<Value>,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
  ),
}));

test('whatever is read agrees with the library', () => {
  let read = 0;
  fc.assert(
    fc.property(tree, (value) => {
      const text = formatYaml(value);
      const plain = readPlainYaml(text);
      if (plain === undefined) return;
      read++;
      expect(plain).toEqual(whole(text));
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(20);
});

test('also of texts that are broken, or put together by chance', () => {
  const piece = fc.constantFrom(
    'a:',
    'b: 1',
    'c: x',
    '- ',
    '- a: 1',
    '- b',
    '-',
    '  ',
    ' ',
    '\n',
    '\n  ',
    '\n    ',
    '\n- ',
    ': ',
    '# n',
    ' #',
    "'q'",
    '"q"',
    '[a, 1]',
    '[]',
    'true',
    'null',
    '0.50',
    '012',
    'd:\n',
    'key with space: 1',
    "'e': 2",
    '~',
    '?',
    '? a',
    '--- ',
    '...',
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      const plain = readPlainYaml(text);
      if (plain === undefined) return;
      read++;
      expect({ text, value: whole(text) }).toEqual({ text, value: plain });
    }),
    { numRuns: 20000 },
  );
  expect(read).toBeGreaterThan(20);
});

test('lines of a lock left out, doubled or moved', () => {
  const lines = lock.split('\n');
  const edit = fc.record({
    at: fc.nat(lines.length - 1),
    to: fc.nat(lines.length - 1),
    indent: fc.nat(6),
    kind: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const changed = [...lines];
      for (const { at, to, indent, kind } of edits) {
        const line = changed[at] ?? '';
        if (kind === 0) changed.splice(at, 1);
        else if (kind === 1) changed.splice(to, 0, line);
        else if (kind === 2) changed[at] = ' '.repeat(indent) + line.trim();
        else changed.splice(at, 1, line, changed[to] ?? '');
      }
      const text = changed.join('\n');
      const plain = readPlainYaml(text);
      if (plain !== undefined) expect({ text, value: whole(text) }).toEqual({ text, value: plain });
    }),
    { numRuns: 3000 },
  );
});
