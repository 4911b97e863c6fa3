import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { withPlots } from './plots-repository.ts';
import type { Repository } from './repository.ts';

let repository: Repository;
beforeAll(() => {
  repository = withPlots();
}, 30_000);
afterAll(() => repository.remove());

/** What was said, save for the words of errors, which are each program's own. */
function answer(text: string): unknown {
  const { errors = [], ...said } = JSON.parse(text) as { errors?: { msg: string }[] };
  return { ...said, errors: errors.map(({ msg: _msg, ...rest }) => rest) };
}

describe('plots are specified as DVC specifies them, answering to', () => {
  test.each([
    'show --json',
    'show --json --split',
    'show acc.csv conf --json',
    'show train.csv -x step -y acc -t scatter --title T --x-label X --json',
    'show nohead.csv --no-header --json',
    'diff --json',
    'diff HEAD main --targets both imgs --json',
  ])('plots %s', async (line) => {
    const { dvc, assay } = await repository.both('plots', ...line.split(' '));
    expect([assay.code, answer(assay.out)]).toEqual([dvc.code, answer(dvc.out)]);
  });
});

test('a template is printed as DVC prints it', async () => {
  const { dvc, assay } = await repository.both('plots', 'templates', 'confusion');
  expect(JSON.parse(assay.out)).toEqual(JSON.parse(dvc.out));
});

test('exit codes are those of DVC where nothing can be shown', async () => {
  for (const words of [
    ['diff', 'no-such-revision', '--json'],
    ['templates', 'no-such-template'],
    ['modify', 'no-such-file.csv', '-y', 'a'],
  ]) {
    const { dvc, assay } = await repository.both('plots', ...words);
    expect([words, assay.code]).toEqual([words, dvc.code]);
  }
}, 30_000);

test('plots modify says in dvc.yaml what DVC says, and keeps comments', async () => {
  const file = join(repository.root, 'dvc.yaml');
  const original = readFileSync(file, 'utf8');
  const after = async (program: 'dvc' | 'assay') => {
    repository.write('dvc.yaml', original);
    for (const words of [
      ['list.json', '-t', 'scatter', '-x', 'a', '--title', 'Hey'],
      ['acc.csv', '--unset', 'title', 'x_label'],
    ]) {
      expect((await repository[program]('plots', 'modify', ...words)).code).toBe(0);
    }
    return readFileSync(file, 'utf8');
  };
  const theirs = parse(await after('dvc'));
  const ours = await after('assay');
  expect(ours).toContain('# a comment');
  const byName = (entries: readonly unknown[]) => entries.map((entry) => JSON.stringify(entry)).sort();
  expect(byName(parse(ours).stages.one.plots)).toEqual(byName(theirs.stages.one.plots));
}, 30_000);
