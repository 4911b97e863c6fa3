import { expect, it } from 'vitest';
import { parseTable } from './table-file.ts';

const rows = (text: string, separator: ',' | '\t' = ',', hasHead = true) =>
  parseTable(text, separator, hasHead).map((row) => Object.fromEntries(row));

it('reads values as text, in quotes or not, over lines of either end', () => {
  expect(rows('a,b\r\n1,"x, ""y""\nz"\n\n2,\n')).toEqual([
    { a: '1', b: 'x, "y"\nz' },
    { a: '2', b: '' },
  ]);
});

it('fills up what is missing, and keeps what is too much', () => {
  expect(rows('a,b\n1\n1,2,3,4\n')).toEqual([
    { a: '1', b: null },
    { a: '1', b: '2', null: ['3', '4'] },
  ]);
});

it('numbers the columns of a table without a head', () => {
  expect(rows('5\t6\n7\t8', '\t', false)).toEqual([
    { 0: '5', 1: '6' },
    { 0: '7', 1: '8' },
  ]);
  expect(rows('')).toEqual([]);
});

it('keeps the order of columns whose names are numbers', () => {
  expect([...parseTable('b,2,1\n0,0,0\n', ',', true)[0]!.keys()]).toEqual(['b', '2', '1']);
});
