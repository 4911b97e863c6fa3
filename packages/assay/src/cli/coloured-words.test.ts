import { expect, it } from 'vitest';
import { colouredWords } from './coloured-words.ts';
import { Output } from './output.ts';

const silent = { write: () => true, columns: 24 };
const plain = new Output({ color: false, stdout: silent });
const coloured = new Output({ color: true, stdout: silent });
const text = 'sales rose but margins fell';
const tokens = [
  { start: 0, end: 5, attribution: 0.01 },
  { start: 6, end: 10, attribution: 0.8 },
  { start: 15, end: 22, attribution: -0.2 },
  { start: 23, end: 27, attribution: -0.4 },
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapes = /\u001b\[\d+m/g;

it('marks strong words by a sign where there are no colours, and breaks lines at the width', () => {
  expect(colouredWords(text, tokens, plain)).toBe('sales rose(+) but\nmargins fell(−)');
});

it('colours words for and against, and leaves the text and its line breaks as they are', () => {
  const written = colouredWords(text, tokens, coloured);
  expect(written.replace(escapes, '')).toBe('sales rose but margins\nfell');
  expect(written).toContain('\u001b[34mrose');
  expect(written).toContain('\u001b[31mmargins');
});

it('marks nothing when no word mattered, and takes a text without words', () => {
  expect(colouredWords('a b', [{ start: 0, end: 1, attribution: 0 }], coloured)).toBe('a b');
  expect(colouredWords('…', [], plain)).toBe('…');
});
