import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProject, initProject, readGitState } from './index.ts';

let folder: string;
let repository: string;
const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', '-c', 'init.defaultBranch=main'];
const git = (...args: readonly string[]) =>
  execFileSync('git', [...identity, ...args], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const write = (path: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), content);
};

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-git-test-')));
  repository = join(folder, 'repository');
  mkdirSync(repository);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the state of the code', () => {
  it('is undefined outside of git', async () => {
    expect(await readGitState(repository)).toBeUndefined();
  });

  it('is the commit alone when nothing changed', async () => {
    git('init', '-q');
    write('a.txt', 'a\n');
    git('add', '.');
    git('commit', '-q', '-m', 'a');
    expect(await readGitState(repository)).toEqual({
      commit: git('rev-parse', 'HEAD').trim(),
      branch: 'main',
      dirty: false,
      patch: new Uint8Array(),
      omitted: [],
    });
  });

  it('is a patch that makes the same files again from the commit, and leaves index and objects alone', async () => {
    git('init', '-q');
    for (const [path, text] of Object.entries({ keep: 'k\n', edit: 'a\nb\n', gone: 'g\n', moved: 'same\n'.repeat(20) }))
      write(path, text);
    write('binary', Uint8Array.of(0, 1, 2, 255));
    write('.gitignore', 'ignored\n');
    git('add', '.');
    git('commit', '-q', '-m', 'a');
    write('edit', 'a\nB\n');
    rmSync(join(repository, 'gone'));
    git('mv', 'moved', 'moved to');
    write('binary', Uint8Array.of(0, 9, 8, 255));
    write('deep/new ü.py', 'print(1)\n');
    symlinkSync('edit', join(repository, 'link'));
    write('ignored', 'x\n');
    write('staged', 's\n');
    git('add', 'staged');
    write('staged and gone', 's\n');
    git('add', 'staged and gone');
    rmSync(join(repository, 'staged and gone'));
    const before = [readFileSync(join(repository, '.git', 'index')), git('count-objects', '-v')];
    const state = await readGitState(repository);
    expect([readFileSync(join(repository, '.git', 'index')), git('count-objects', '-v')]).toEqual(before);
    expect(state).toMatchObject({ dirty: true, omitted: [] });

    const copy = join(folder, 'copy');
    execFileSync('git', ['clone', '-q', repository, copy], { stdio: 'ignore' });
    execFileSync('git', ['apply', '--index'], { cwd: copy, input: state!.patch });
    const list = (cwd: string) =>
      execFileSync('sh', ['-c', 'find . -path ./.git -prune -o ! -type d -print | sort | grep -v ignored$'], {
        cwd,
        encoding: 'utf8',
      });
    expect(list(copy)).toBe(list(repository));
    for (const path of ['edit', 'binary', 'moved to', 'deep/new ü.py', 'staged'])
      expect(readFileSync(join(copy, path))).toEqual(readFileSync(join(repository, path)));
  });

  it('works before the first commit', async () => {
    git('init', '-q');
    write('a.py', 'print(1)\n');
    const state = await readGitState(repository);
    expect(state).toMatchObject({ commit: undefined, branch: 'main', dirty: true });
    expect(Buffer.from(state!.patch).toString()).toContain('+print(1)');
  });

  it('names large files and secrets instead of carrying them, staged or not, and passes over outputs', async () => {
    git('init', '-q');
    write('sub/.env', 'TOKEN=abc\n');
    write('large.bin', Buffer.alloc(1024 * 1024 + 1));
    write('sub/build/out.txt', 'out\n');
    write('code.py', 'x\n');
    git('add', 'sub/.env');
    const state = await readGitState(join(repository, 'sub'), ['build']);
    expect(state?.omitted.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'large.bin', why: 'large' },
      { path: 'sub/.env', why: 'secret' },
    ]);
    const patch = Buffer.from(state!.patch).toString();
    expect(patch).toContain('code.py');
    expect(patch).not.toMatch(/abc|out\.txt/);
  });
});

describe('a linked worktree', () => {
  it("uses the main checkout's .assay with files of its own", () => {
    git('init', '-q');
    const environment = { ASSAY_HOME: join(folder, 'home') };
    write('sub/x', 'x\n');
    const main = initProject(join(repository, 'sub'), { environment, now: new Date() }).project;
    git('add', '.');
    git('commit', '-q', '-m', 'a');
    git('worktree', 'add', '-q', '../linked');
    const linked = findProject(join(folder, 'linked', 'sub'));
    expect(linked.root).toBe(join(folder, 'linked', 'sub'));
    expect(linked.state).toBe(main.state);
    expect(linked.vkey).toBe(main.vkey);
    expect(linked.paths.config).toBe(join(folder, 'linked', 'sub', 'assay.yaml'));
  });
});
