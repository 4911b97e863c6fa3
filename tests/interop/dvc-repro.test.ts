import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Repository, withHistory } from './repository.ts';

let repository: Repository;
afterEach(() => repository.remove());

const text = (at: Repository, name: string) => readFileSync(join(at.root, name), 'utf8');

/** Names of a folder's files, without those of folders. */
function names(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test('repro writes the lock, the cache and the run-cache that DVC writes', async () => {
  repository = await withHistory();
  cpSync(repository.root, join(repository.base, 'other'), { recursive: true });
  const other = new Repository(repository.base, 'other');
  expect((await repository.assay('repro', '-j', '2')).code).toBe(0);
  expect((await other.dvc('repro', '--quiet')).code).toBe(0);
  // A folded line ends in a space there.
  const lock = (at: Repository) => text(at, 'dvc.lock').replace(/ +$/gm, '');
  expect(lock(repository)).toBe(lock(other));
  expect(names(join(repository.root, '.dvc/cache'))).toEqual(names(join(other.root, '.dvc/cache')));
  expect(text(repository, '.gitignore')).toBe(text(other, '.gitignore'));
  const status = JSON.parse((await repository.dvc('status', '--json')).out);
  // Stages without dependencies and outputs always run.
  expect(Object.values(status).flat()).toEqual(Array(4).fill('always changed'));
  expect(repository.git('status', '--short')).not.toContain('assay');
}, 60_000);

test('what one program ran, the other brings back from the run-cache', async () => {
  repository = await withHistory();
  await repository.dvc('repro', '--quiet');
  const params = text(repository, 'params.yaml');
  repository.write('params.yaml', params.replace('thresh: 13', 'thresh: 14'));
  await repository.dvc('repro', '--quiet');
  repository.write('params.yaml', params);
  const { stages } = JSON.parse((await repository.assay('repro', '--json')).out);
  const train = stages.find(({ stage }: { stage: string }) => stage === 'train@us');
  expect([train.state, train.because]).toEqual(['cached', expect.stringContaining('restored')]);
  expect(text(repository, 'm-us.json')).toContain('0.13');
  rmSync(join(repository.root, 'model-us'));
  expect((await repository.dvc('repro', 'train@us')).out).toContain('is cached');
}, 60_000);

test('a stage added here is one that DVC can run', async () => {
  repository = new Repository().init();
  repository.write('in.txt', 'x\n');
  repository.write('params.yaml', 'times: 2\n');
  repository.write('dvc.yaml', '# stages of ours\nstages:\n  first:\n    cmd: echo 1 # said\n');
  const added = await repository.assay(
    'stage',
    'add',
    '-n',
    'copy',
    '-d',
    'in.txt',
    '-p',
    'times',
    '-o',
    'out.txt',
    'cp in.txt out.txt',
  );
  expect(added.code).toBe(0);
  expect(text(repository, 'dvc.yaml')).toContain('# stages of ours');
  expect(text(repository, 'dvc.yaml')).toContain('# said');
  expect((await repository.dvc('repro', 'copy')).code).toBe(0);
  const { stages } = JSON.parse((await repository.assay('repro', 'copy', '--json')).out);
  expect(stages.map(({ state }: { state: string }) => state)).toEqual(['cached']);
}, 30_000);
