import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Repository, withHistory } from './repository.ts';

/** Both programs are asked the same on one repository. */

let repository: Repository;
beforeAll(async () => {
  repository = await withHistory();
}, 60_000);
afterAll(() => repository.remove());

describe('says what DVC says, byte for byte, to', () => {
  test.each([
    ['status'],
    ['diff'],
    ['diff', '--md'],
    ['diff', '--json', '--show-hash'],
    ['diff', 'HEAD~1', 'HEAD', '--json', '--show-hash'],
    ['params', 'diff', 'HEAD~1', 'HEAD', '--md'],
    ['metrics', 'diff', 'HEAD~1', 'HEAD', '--md'],
    ['metrics', 'show', '--md'],
    ['metrics', 'show', '--json'],
    ['dag', '--mermaid'],
    ['dag', '--md'],
    ['dag', '--dot'],
    ['dag', '--mermaid', '--outs'],
    ['dag', '--mermaid', 'train@us'],
    ['stage', 'list'],
    ['root'],
  ])('%s %s %s %s %s', async (...words) => {
    const { dvc, assay } = await repository.both(...words);
    expect([assay.code, assay.out]).toEqual([dvc.code, dvc.out]);
  });
});

describe('answers as DVC does, keys in any order, to', () => {
  test.each([
    ['status', '--json'],
    ['diff', '--json'],
    ['params', 'diff', '--json'],
    ['params', 'diff', 'HEAD~1', '--json', '--all'],
    ['metrics', 'diff', '--json'],
    ['metrics', 'show', '-a', '--json'],
    ['data', 'status', '--json'],
    ['data', 'status', '--json', '--granular'],
  ])('%s %s %s %s %s', async (...words) => {
    const { dvc, assay } = await repository.both(...words);
    expect([assay.code, JSON.parse(assay.out)]).toEqual([dvc.code, JSON.parse(dvc.out)]);
  });

  test('data status --unchanged, paths in any order', async () => {
    const { dvc, assay } = await repository.both('data', 'status', '--json', '--granular', '--unchanged');
    const sorted = (text: string) => JSON.parse(text).unchanged.sort();
    expect(sorted(assay.out)).toEqual(sorted(dvc.out));
  });
});

test('exit codes are those of DVC', async () => {
  for (const words of [
    ['status', '-q'],
    ['status', '--no-such-option'],
    ['checkout', 'nothing-of-that-name'],
    ['unprotect', 'nothing-of-that-name'],
    ['get', '.', 'nothing-of-that-name'],
    ['list', '.', 'nothing-of-that-name'],
    ['exp', 'list', '--all'],
    ['config', 'cache.type', 'bogus'],
  ]) {
    const { dvc, assay } = await repository.both(...words);
    expect([words, assay.code]).toEqual([words, dvc.code]);
  }
}, 60_000);
