import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRepository, type Repository } from '../dvc/index.ts';
import { checkNotInGit, ignoreAllInGit } from './gitignore.ts';

let root: string;
let repository: Repository;
const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' });
const pathsOf = (...names: string[]) => names.map((name) => join(root, name));

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-gitignore-')));
  for (const folder of ['.dvc', 'a', 'b']) mkdirSync(join(root, folder));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  repository = openRepository(root, { HOME: root });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('keeping many paths out of git', () => {
  test('writes each folder once, in order, without those that git ignores or that stand there', async () => {
    writeFileSync(join(root, '.gitignore'), '*.log\n');
    writeFileSync(join(root, 'b/.gitignore'), '/known');
    const paths = pathsOf('a/two', 'a/one', 'a/three.log', 'b/known', 'b/wild[1]*', 'b/with space\n');
    expect(await ignoreAllInGit(repository, paths)).toEqual(pathsOf('a/.gitignore', 'b/.gitignore'));
    expect(readFileSync(join(root, 'a/.gitignore'), 'utf8')).toBe('/two\n/one\n');
    expect(readFileSync(join(root, 'b/.gitignore'), 'utf8').split('\n').slice(0, 2)).toEqual([
      '/known',
      '/wild\\[1\\]\\*',
    ]);
    expect(await ignoreAllInGit(repository, paths.slice(0, 5))).toEqual([]);
  });

  test('asks git about each path as it stands, and names the one that git tracks', async () => {
    const many = Array.from({ length: 450 }, (_, i) => `a/file${i}`);
    writeFileSync(join(root, 'a/file1'), '');
    git('add', 'a/file1');
    await expect(checkNotInGit(repository, ...pathsOf(...many))).rejects.toMatchObject({
      code: 'ASSAY_DVC_IN_GIT',
      message: expect.stringContaining(join(root, 'a/file1')),
    });
    await expect(checkNotInGit(repository, join(root, 'a'))).rejects.toMatchObject({ code: 'ASSAY_DVC_IN_GIT' });
    await expect(checkNotInGit(repository, ...pathsOf('a/file[1]', 'a/file*', 'a/file2'))).resolves.toBeUndefined();
  });
});
