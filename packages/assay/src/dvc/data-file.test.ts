import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDataFile, formatDataFile, readDataFile } from './data-file.ts';

const plain = 'outs:\n- md5: 0123456789abcdef0123456789abcdef\n  size: 3\n  hash: md5\n  path: data.csv\n';

test('what `dvc add` writes is read, and written again byte for byte', () => {
  const data = readDataFile(plain, 'data.csv.dvc');
  expect(data.outs).toMatchObject([
    { path: 'data.csv', size: 3, checksum: { kind: 'md5', value: '0123456789abcdef0123456789abcdef' }, cache: true },
  ]);
  expect(formatDataFile(data)).toBe(plain);
  expect(editDataFile(plain, data, 'data.csv.dvc')).toBe(plain);
});

test('without a hash field it is one of DVC 2, and stays one', () => {
  const old = plain.replace('  hash: md5\n', '');
  const data = readDataFile(old, 'f');
  expect(data.outs[0]?.checksum?.kind).toBe('md5-dos2unix');
  expect(formatDataFile(data)).toBe(old);
});

test('the short way to read says what the long one does', () => {
  const line = fc.constantFrom(
    '- md5: 0123456789abcdef0123456789abcdef\n',
    '- md5: 0123456789abcdef0123456789abcdef.dir\n',
    `- md5: ${'1'.repeat(32)}\n`,
    `- md5: ${'1'.repeat(30)}e5\n`,
    '  size: 3\n',
    '  size: 007\n',
    '  nfiles: 2\n',
    '  isexec: true\n',
    '  hash: md5\n',
    '  path: a/b.txt\n',
    '  path: null\n',
    '  path: True\n',
    '  path: 1e5\n',
    '  path: a b\n',
    '\n',
  );
  const read = (text: string) => {
    try {
      return readDataFile(text, 'f');
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const text = `outs:\n${lines.join('')}`;
      // A remark makes it a text that only the library reads.
      expect(read(text)).toEqual(read(`${text}# &a\n`.replace('outs:', '"outs":')));
    }),
    { numRuns: 2000 },
  );
});

test('an edit leaves remarks and what DVC does not know of the layout', () => {
  const text = `# mine\nmeta: {a: 1}\n${plain.replace('path: data.csv', 'path: data.csv # here')}`;
  const data = readDataFile(text, 'f');
  expect(editDataFile(text, data, 'f')).toBe(text);
  const outs = data.outs.map((out) => ({ ...out, size: 4 }));
  const edited = editDataFile(text, { ...data, outs }, 'f');
  expect(edited).toContain('# mine');
  expect(edited).toContain('path: data.csv # here');
  expect(readDataFile(edited, 'f').outs[0]?.size).toBe(4);
});

test('an unknown key is refused, with its name', () => {
  expect(() => readDataFile('outs: []\nother: 1\n', 'f.dvc')).toThrow(/f\.dvc: `other`/);
});
