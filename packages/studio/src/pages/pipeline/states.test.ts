import { expect, test } from 'vitest';
import type { PipelineStageView, PipelineStates } from '../../api/index.ts';
import { inWords, standingsOf } from './states.ts';

function stage(id: string, needs: readonly string[], more: Partial<PipelineStageView> = {}): PipelineStageView {
  return {
    id,
    file: 'dvc.yaml',
    kind: 'stage',
    group: null,
    description: null,
    commands: [],
    directory: '.',
    isFrozen: false,
    isAlwaysChanged: false,
    isLocked: true,
    needs,
    dependencies: [],
    outputs: [],
    parameters: [],
    metrics: [],
    lastRun: null,
    ...more,
  };
}

const stages = [
  stage('data.dvc', [], { kind: 'data' }),
  stage('other.dvc', [], { kind: 'data' }),
  stage('prepare', ['data.dvc']),
  stage('train', ['prepare']),
  stage('held', ['prepare'], { isFrozen: true }),
  stage('report', ['held', 'other.dvc']),
  stage('fresh', ['other.dvc'], { isLocked: false }),
];
const changed: PipelineStates['changed'] = [
  { id: 'prepare', reasons: [{ what: 'parameter', path: 'params.yaml', name: 'depth', state: 'modified' }] },
];

test('a stage follows those before it that would run, but not past a frozen one', () => {
  const found = standingsOf(stages, { at: '', changed });
  expect([...found].map(([id, { standing }]) => [id, standing])).toEqual([
    ['data.dvc', 'clean'],
    ['other.dvc', 'clean'],
    ['prepare', 'changed'],
    ['train', 'follows'],
    ['held', 'frozen'],
    ['report', 'up to date'],
    ['fresh', 'never run'],
  ]);
  expect(found.get('train')!.after).toEqual(['prepare']);
});

test('nothing is claimed before the workspace was looked at', () => {
  expect(new Set([...standingsOf(stages, undefined).values()].map(({ standing }) => standing))).toEqual(
    new Set(['looking']),
  );
});

test('a reason says what and how', () => {
  expect(inWords(changed[0]!.reasons[0]!)).toBe('parameter depth of params.yaml: modified');
  expect(inWords({ what: 'output', path: 'a', name: null, state: 'not in cache' })).toBe('output a: not in cache');
});
