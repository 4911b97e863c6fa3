import { expect, test } from 'vitest';
import type { ExperimentRow } from '../../api/index.ts';
import { sortRows } from './sort-rows.ts';

const columns = [{ kind: 'metrics', file: 'm.json', name: 'f1' } as const];
const row = (name: string, kind: ExperimentRow['kind'], f1: number | null): ExperimentRow => ({
  kind,
  rev: name,
  name,
  baseline: null,
  created: null,
  state: 'done',
  error: null,
  values: [f1],
});
const rows = [
  row('workspace', 'workspace', 0.1),
  row('main', 'baseline', 0.9),
  row('b', 'experiment', 0.5),
  row('a', 'experiment', null),
  row('c', 'experiment', 0.7),
  row('side', 'baseline', 0.2),
  row('d', 'experiment', 0.3),
];
const names = (found: readonly ExperimentRow[]) => found.map(({ rev }) => rev).join(' ');

test('experiments are sorted within their commit, those without a value last', () => {
  expect(names(sortRows(rows, columns, 'm:m.json:f1', false))).toBe('workspace main b c a side d');
  expect(names(sortRows(rows, columns, 'm:m.json:f1', true))).toBe('workspace main c b a side d');
  expect(names(sortRows(rows, columns, 'name', false))).toBe('workspace main a b c side d');
});

test('an unknown column changes nothing', () => {
  expect(sortRows(rows, columns, 'p:gone:x', false)).toBe(rows);
});
