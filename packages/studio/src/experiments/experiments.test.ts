import { expect, test } from 'vitest';
import type { ExperimentColumn, ExperimentRow } from '../api/index.ts';
import { keyOf, labelsOf, matches, parseFilter, shownName, varying, write } from './index.ts';

const columns: readonly ExperimentColumn[] = [
  { kind: 'metrics', file: 'scores.json', name: 'reds.accuracy' },
  { kind: 'params', file: 'params.yaml', name: 'train.rate' },
  { kind: 'params', file: 'params.yaml', name: 'train.kind' },
];

function row(rev: string, name: string | null, values: readonly unknown[]): ExperimentRow {
  return {
    kind: 'experiment',
    rev,
    name,
    baseline: null,
    created: null,
    state: 'done',
    error: null,
    values: [...values],
  };
}

const fast = row('a'.repeat(40), 'fast', [0.9, 0.4, 'tree']);
const slow = row('b'.repeat(40), 'slow', [0.7, 0.4, null]);

test.each([
  ['', [true, true]],
  ['FAST', [true, false]],
  ['accuracy>0.8', [true, false]],
  ['reds.accuracy <= 0.9', [true, true]],
  ['rate = 0.4 slow', [false, true]],
  ['kind=tree', [true, false]],
  ['kind!=tree', [false, true]],
  ['nothing>1', [false, false]],
  ['uracy>0', [false, false]],
])('the filter %j', (text, expected) => {
  expect([fast, slow].map((one) => matches(one, columns, parseFilter(text)))).toEqual(expected);
});

test('columns that have one value everywhere do not vary; a missing value is one too', () => {
  expect([...varying(columns, [fast, slow])]).toEqual([0, 2]);
});

test('numbers keep five digits, and integers all', () => {
  expect([0.123456789, -0.5, 12345678, 1e-7, null, 'a', true, [1]].map(write)).toEqual([
    '0.12346',
    '−0.5',
    '12345678',
    '1.000e−7',
    '–',
    'a',
    'true',
    '[1]',
  ]);
});

test('a row goes by its name where that is its own', () => {
  const rows = [row('workspace', null, []), fast, slow, row('c'.repeat(40), 'slow', [])];
  expect([...labelsOf(rows).values()]).toEqual(['workspace', 'fast', 'bbbbbbbbbb', 'cccccccccc']);
});

test('a column is told from one of the same name in another file', () => {
  const other: ExperimentColumn = { kind: 'metrics', file: 'other.json', name: 'reds.accuracy' };
  expect(shownName(columns[0]!, [...columns, other])).toBe('scores.json:reds.accuracy');
  expect(shownName(columns[0]!, columns)).toBe('reds.accuracy');
  expect(keyOf(other)).not.toBe(keyOf(columns[0]!));
});
