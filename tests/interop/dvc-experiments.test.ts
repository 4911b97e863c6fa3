import { cpSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Repository } from './repository.ts';
import { interopTool } from './tools.ts';

let repository: Repository;

afterEach(() => {
  vi.unstubAllEnvs();
  repository.remove();
});

test('an experiment is the same commit content, of the same name, in both programs', async () => {
  repository = await withStages();
  for (const name of ['staged.txt', 'loose.txt']) repository.write(name, `${name}\n`);
  repository.git('add', 'staged.txt');
  // A result that was changed by hand is what the lock says again.
  repository.write('prep.txt', 'by hand\n');
  const other = copyOf(repository);
  const words = ['exp', 'run', '-n', 'one', '-S', 'lr=0.9', '-S', '+more.deep=1e-5', '-S', 'train.layers=[3,4]'];
  expect((await other.dvc(...words)).code).toBe(0);
  const ran = await repository.assay(...words);
  expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('Ran experiment(s): one')]);
  const commit = (at: Repository) => {
    const ref = experimentRef(at, 'one');
    return {
      subject: at.git('log', '-1', '--format=%s %P %an', ref),
      files: at.git('ls-tree', '-r', '--name-only', ref),
      lock: at.git('show', `${ref}:dvc.lock`),
      metrics: at.git('show', `${ref}:m.json`),
    };
  };
  expect(commit(repository)).toEqual(commit(other));
  expect(repository.git('status', '--short')).toBe(other.git('status', '--short'));
  expect(repository.git('symbolic-ref', 'HEAD')).toBe(other.git('symbolic-ref', 'HEAD'));
  expect(text(repository, 'model.txt')).toBe(text(other, 'model.txt'));
  expect(text(repository, 'prep.txt')).toBe(text(other, 'prep.txt'));
  // Parameters keep their comments.
  expect(text(repository, 'params.yaml')).toContain('lr: 0.9 # rate');
  expect(JSON.parse((await repository.dvc('params', 'diff', '--json')).out)).toEqual(
    JSON.parse((await other.dvc('params', 'diff', '--json')).out),
  );
}, 90_000);

test('experiments of both are shown, compared, applied and branched by both', async () => {
  repository = await withStages();
  await repository.dvc('exp', 'run', '-q', '-n', 'theirs', '-S', 'lr=0.7');
  expect((await repository.assay('exp', 'run', '-n', 'ours', '-S', 'lr=0.8')).code).toBe(0);
  repository.git('tag', 'v1');
  for (const words of [['--json'], ['--csv'], ['--md'], ['--csv', '-A', '--only-changed', '--sort-by', 'lr']]) {
    const { dvc, assay } = await repository.both('exp', 'show', ...words);
    expect(assay.out).toBe(dvc.out);
  }
  const diff = await repository.both('exp', 'diff', '--json', 'theirs', 'ours');
  expect(JSON.parse(diff.assay.out)).toEqual(JSON.parse(diff.dvc.out));
  const tables = await repository.both('exp', 'diff', '--md', '--all', 'theirs', 'ours');
  expect(tables.assay.out).toBe(tables.dvc.out);
  const lists = await repository.both('exp', 'list', '--name-only');
  expect(lists.assay.out.split('\n').sort()).toEqual(lists.dvc.out.split('\n').sort());

  const other = copyOf(repository);
  repository.write('loose.txt', 'stays\n');
  other.write('loose.txt', 'stays\n');
  expect((await repository.assay('exp', 'apply', 'theirs')).code).toBe(0);
  expect((await other.dvc('exp', 'apply', 'theirs')).code).toBe(0);
  for (const name of ['params.yaml', 'model.txt', 'dvc.lock', 'loose.txt']) {
    expect(text(repository, name)).toBe(text(other, name));
  }
  expect(repository.git('status', '--short')).toBe(other.git('status', '--short'));
  expect((await repository.dvc('exp', 'apply', 'ours')).code).toBe(0);
  expect(text(repository, 'model.txt')).toContain('0.8');

  expect((await repository.assay('exp', 'branch', 'theirs', 'from-theirs')).code).toBe(0);
  expect((await repository.dvc('exp', 'branch', 'ours', 'from-ours')).code).toBe(0);
  expect(repository.git('rev-parse', 'from-theirs')).toBe(
    repository.git('rev-parse', experimentRef(repository, 'theirs')),
  );
  expect((await repository.assay('exp', 'rename', 'ours', 'mine')).code).toBe(0);
  expect((await repository.assay('exp', 'remove', 'theirs')).out).toContain("'theirs'");
  expect((await repository.dvc('exp', 'list', '--name-only')).out).toBe('mine\n');
}, 120_000);

test('the workspace is saved as the same experiment', async () => {
  repository = await withStages();
  repository.write('loose.txt', 'x\n');
  repository.write('params.yaml', text(repository, 'params.yaml').replace('0.5', '0.6'));
  const other = copyOf(repository);
  const words = ['exp', 'save', '-n', 'kept', '-I', 'loose.txt'];
  expect((await repository.assay(...words)).code).toBe(0);
  expect((await other.dvc(...words)).code).toBe(0);
  // DVC leaves the arguments of a run that there is not in the commit.
  const files = (at: Repository) =>
    at.git('ls-tree', '-r', experimentRef(at, 'kept')).replace(/.*\t\.dvc\/tmp\/repro\.dat\n/, '');
  expect(files(repository)).toBe(files(other));
  const subject = (at: Repository) => at.git('log', '-1', '--format=%s', experimentRef(at, 'kept'));
  expect(subject(repository)).toBe(subject(other));
}, 60_000);

test('one queue: what one program puts in, the other lists and runs', async () => {
  repository = await withStages();
  await repository.dvc('exp', 'run', '-q', '--queue', '-n', 'theirs', '-S', 'lr=0.1', 'train');
  expect((await repository.assay('exp', 'run', '--queue', '-n', 'ours', '-S', 'lr=0.2,0.3')).code).toBe(0);
  const before = await repository.both('queue', 'status');
  expect(before.assay.out).toBe(before.dvc.out);
  expect(before.dvc.out.match(/Queued/g)).toHaveLength(3);
  const shown = await repository.both('exp', 'show', '--json');
  expect(shown.assay.out).toBe(shown.dvc.out);
  expect((await repository.dvc('queue', 'remove', 'ours-2')).out).toContain('ours-2');

  const ran = await repository.assay('exp', 'run', '--run-all', '-j', '2');
  expect([ran.code, ran.out]).toEqual([
    0,
    expect.stringMatching(/Ran experiment\(s\): (?:theirs, ours-1|ours-1, theirs)/),
  ]);
  const after = await repository.both('queue', 'status');
  expect(after.assay.out).toBe(after.dvc.out);
  expect(after.dvc.out.match(/Success/g)).toHaveLength(2);
  const table = await repository.both('exp', 'show', '--json');
  expect(table.assay.out).toBe(table.dvc.out);
  expect((await repository.dvc('exp', 'apply', 'theirs')).code).toBe(0);
  expect(text(repository, 'model.txt')).toContain('lr: 0.1');
  expect((await repository.dvc('status', '-q')).code).toBe(0);
  expect(repository.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
}, 120_000);

test("DVC's workers run what was queued here, and results of both stand in one table", async () => {
  repository = await withStages();
  // Workers call the program by its name.
  vi.stubEnv('PATH', `${dirname(interopTool('dvc/bin/dvc'))}:${process.env.PATH}`);
  const words = ['exp', 'run', '--queue', '-n', 'ours', '-S', 'lr=0.2', '-m', 'in words'];
  expect((await repository.assay(...words)).code).toBe(0);
  expect((await repository.dvc('exp', 'run', '--run-all')).code).toBe(0);
  expect(repository.git('log', '-1', '--format=%s', experimentRef(repository, 'ours'))).toBe('in words\n');
  const { dvc, assay } = await repository.both('exp', 'show', '--json');
  expect(assay.out).toBe(dvc.out);
  expect((await repository.assay('exp', 'apply', 'ours')).code).toBe(0);
  expect(text(repository, 'model.txt')).toContain('lr: 0.2');
}, 120_000);

test('experiments and their data go both ways over a bare git remote', async () => {
  repository = await withStages();
  const bare = join(repository.base, 'bare.git');
  const store = join(repository.base, 'store');
  repository.git('init', '--quiet', '--bare', '--initial-branch=main', bare);
  repository.git('remote', 'add', 'origin', bare);
  repository.git('push', '--quiet', 'origin', 'main');
  await repository.dvc('remote', 'add', '-q', '-d', 'store', store);
  await repository.assay('exp', 'run', '-n', 'ours', '-S', 'lr=0.3');
  await repository.assay('exp', 'run', '-n', 'again', '-S', 'lr=0.4');
  expect((await repository.assay('exp', 'push', 'origin', 'ours')).out).toContain("Pushed experiment 'ours'");
  expect((await repository.dvc('exp', 'push', '-q', 'origin', 'again')).code).toBe(0);
  const there = await repository.both('exp', 'list', 'origin', '--name-only');
  expect(there.assay.out.split('\n').sort()).toEqual(there.dvc.out.split('\n').sort());

  const other = new Repository(repository.base, 'other');
  rmSync(other.root, { recursive: true });
  repository.git('clone', '--quiet', bare, other.root);
  other.git('config', 'user.name', 'You');
  other.git('config', 'user.email', 'you@example.com');
  await other.dvc('remote', 'add', '-q', '-d', 'store', store);
  expect((await other.assay('exp', 'pull', 'origin', '-A')).code).toBe(0);
  expect((await other.dvc('exp', 'pull', 'origin', '-A')).out).toContain('No experiments to pull');
  expect((await other.dvc('exp', 'apply', 'ours')).code).toBe(0);
  expect(text(other, 'model.txt')).toContain('lr: 0.3');
  expect((await other.assay('exp', 'apply', 'again')).code).toBe(0);
  expect(text(other, 'model.txt')).toContain('lr: 0.4');
}, 120_000);

async function withStages(): Promise<Repository> {
  const made = new Repository().init();
  made.write('params.yaml', '# what is tried\nlr: 0.5 # rate\ntrain:\n  epochs: 10\n  layers: [1, 2]\nname: x\n');
  made.write('raw.txt', 'hi\n');
  made.write('dvc.yaml', stages);
  await made.dvc('add', '-q', 'raw.txt');
  await made.dvc('repro', '-q');
  made.commit('one');
  return made;
}

const stages = `stages:
  prep:
    cmd: cat raw.txt > prep.txt
    deps:
    - raw.txt
    outs:
    - prep.txt
  train:
    cmd:
    - grep lr params.yaml > model.txt
    - echo '{"acc":0.5}' > m.json
    deps:
    - prep.txt
    params:
    - lr
    - train.epochs
    outs:
    - model.txt
    metrics:
    - m.json:
        cache: false
`;

function copyOf(from: Repository): Repository {
  cpSync(from.root, join(from.base, 'copy'), { recursive: true });
  return new Repository(from.base, 'copy');
}

function experimentRef(at: Repository, name: string): string {
  const refs = at.git('for-each-ref', '--format=%(refname)', 'refs/exps').split('\n');
  return refs.find((ref) => ref.endsWith(`/${name}`))!;
}

function text(at: Repository, name: string): string {
  return readFileSync(join(at.root, name), 'utf8');
}
