import { expect, test } from 'vitest';
import type { LineageView } from '../../api/index.ts';
import { type Choice, visibleGraph } from './visible-graph.ts';

const record = (ref: string, kind: string, id: string, depth: number): LineageView['nodes'][number] => ({
  type: 'record',
  ref,
  hash: ref,
  index: 0,
  kind,
  id,
  revision: 1,
  version: '1:0:0',
  event: 'created',
  at: '2026-01-01T00:00:00Z',
  by: 'someone',
  depth,
});
const object = (ref: string, names: string[], depth: number): LineageView['nodes'][number] => ({
  type: 'object',
  ref,
  sha256: ref,
  md5: null,
  size: 1,
  names,
  depth,
});

/** filings → parse → paragraphs → train → model; a run that names both stage runs. */
const lineage: LineageView = {
  root: 'model',
  direction: 'up',
  truncated: false,
  nodes: [
    record('model', 'model-version', 'tone', 0),
    record('run', 'run', 'a'.repeat(32), 1),
    record('train', 'stage-run', `${'a'.repeat(32)}/train`, 1),
    object('paragraphs', ['build/paragraphs/'], 2),
    record('parse', 'stage-run', `${'a'.repeat(32)}/parse`, 3),
    object('filings', [], 4),
  ],
  edges: [
    { from: 'train', to: 'model', role: 'trained-by' },
    { from: 'run', to: 'model', role: 'run' },
    { from: 'train', to: 'run', role: 'stage-run' },
    { from: 'parse', to: 'run', role: 'stage-run' },
    { from: 'paragraphs', to: 'train', role: 'paragraphs' },
    { from: 'parse', to: 'paragraphs', role: 'made' },
    { from: 'filings', to: 'parse', role: 'source' },
  ],
};
const shown = (choice: Partial<Choice>) =>
  visibleGraph(lineage, { data: true, context: false, folded: new Set(), ...choice });
const refs = (choice: Partial<Choice>) => shown(choice).nodes.map(({ node }) => node.ref);

test('runs and pipelines are left out without a trace', () => {
  expect(refs({})).toEqual(['model', 'train', 'paragraphs', 'parse', 'filings']);
  expect(refs({ context: true })).toContain('run');
});

test('data that is left out is bridged', () => {
  expect(refs({ data: false })).toEqual(['model', 'train', 'parse']);
  expect(shown({ data: false }).arrows).toContainEqual({ from: 'parse', to: 'train', label: 'paragraphs' });
});

test('a folded node hides what is only behind it, and says how much', () => {
  const { nodes, arrows } = shown({ folded: new Set(['train']) });
  expect(nodes.map(({ node, hidden }) => [node.ref, hidden])).toEqual([
    ['model', 0],
    ['train', 3],
  ]);
  expect(arrows).toHaveLength(1);
});

test('what can be reached another way stays when a node is folded', () => {
  expect(refs({ context: true, folded: new Set(['train']) })).toEqual(['model', 'run', 'train', 'parse', 'filings']);
});

test('names are for people', () => {
  const titles = new Map(
    shown({ context: true }).nodes.map(({ node, title, subtitle }) => [node.ref, [title, subtitle]]),
  );
  expect(titles.get('train')).toEqual(['train', 'run aaaaaaaaaaaa']);
  expect(titles.get('paragraphs')).toEqual(['paragraphs', 'data']);
  expect(titles.get('filings')).toEqual(['source', 'from outside']);
});
