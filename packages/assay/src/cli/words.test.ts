import { expect, test } from 'vitest';
import { withoutCommandAliases, withoutFlagAliases } from './words.ts';

const table = {
  recursive: { description: '' },
  remote: { short: 'r', value: 'NAME', description: '' },
  nameOnly: { aliases: ['--names-only'], description: '' },
} as const;
const read = (words: string, isRest = false) =>
  withoutFlagAliases(words.split(' '), table, ['--help', '--json'], isRest).join(' ');

test('commands and groups have the other names that DVC gives them', () => {
  const read = (words: string) => withoutCommandAliases(words.split(' ')).join(' ');
  expect(read('experiments ls -A')).toBe('exp list -A');
  expect(read('rm a.dvc')).toBe('remove a.dvc');
  expect(read('exp show')).toBe('exp show');
  expect(read('constructor')).toBe('constructor');
  expect(withoutCommandAliases([])).toEqual([]);
});

test('a long option may be cut short where no other begins so', () => {
  expect(read('--rec --js --names-only x')).toBe('--recursive --json --name-only x');
  expect(read('--rem=a')).toBe('--remote=a');
  expect(read('--re x')).toBe('--re x');
  expect(read('--nothing')).toBe('--nothing');
});

test('values, and words after --, stay as they are', () => {
  expect(read('--remote --rec --rec')).toBe('--remote --rec --recursive');
  expect(read('-r --rec -- --rec')).toBe('-r --rec -- --rec');
});

test('words of another program stay as they are', () => {
  expect(read('--rec -r a python train.py --rec', true)).toBe('--recursive -r a python train.py --rec');
});
