import { afterAll, describe, expect, test } from 'vitest';
import { type Case, Differential, sampleData } from './differential.ts';
import { commit, folder, git, legacyData, remove, replace, write } from './edits.ts';
import type { Repository } from './repository.ts';

/** The same words in two copies of a repository, one for each program: what they answer and leave behind is the same. */

const differential = new Differential();
afterAll(() => differential.end());

/** Without what the programs treat differently on purpose. */
function data(repository: Repository): void {
  sampleData(repository);
  remove('data/void')(repository);
  remove('data/folder-link')(repository);
  repository.write('empty', 'not the only empty file\n');
  folder('store')(repository);
  folder('other')(repository);
}

const store = ['remote add -d store BASE/store'];

const cases: Readonly<Record<string, Case>> = {
  'data is added, changed, added again and committed': {
    setup: data,
    steps: [
      'add data single.csv run.sh empty',
      ['add', 'ünï 😀.txt', "it's [x] #1!*?.txt"],
      'status',
      write('data/a', 'changed\n'),
      'status --json',
      'data status --granular',
      'add data',
      'add data',
      write('data/sub/c', 'c'),
      'commit -f',
      'add --no-commit --glob *.csv',
      'add nothere',
      'status',
    ],
  },
  'data comes from elsewhere, or goes elsewhere': {
    setup: (repository) => {
      data(repository);
      repository.write('../ext.txt', 'ext\n');
      repository.write('../extd/x', 'x\n');
    },
    steps: [
      ...store,
      'add ../ext.txt -o inside.txt',
      'add ../ext.txt -o inside.txt',
      'add -f ../extd -o ind',
      'add --to-remote data',
      'add ../ext.txt ../extd -o both',
      'status',
      'pull',
      'status',
    ],
  },
  'data is checked out, removed and told of': {
    setup: data,
    steps: [
      'add data single.csv run.sh',
      commit,
      remove('data'),
      'checkout',
      write('data/extra', 'e'),
      'checkout',
      'checkout -f',
      remove('single.csv'),
      'checkout --summary',
      'remove --outs single.csv.dvc',
      'data status --json',
      'diff --json --show-hash',
      git('checkout', '-q', 'HEAD', '--', 'single.csv.dvc'),
      remove('.dvc/cache'),
      'checkout single.csv.dvc',
      'status',
      'data status --json',
    ],
  },
  'data without a tracking file goes, when it was put there': {
    setup: data,
    steps: [
      'add data single.csv',
      commit,
      git('rm', '-q', '--cached', 'data.dvc'),
      remove('data.dvc'),
      'checkout',
      'status',
    ],
  },
  'data of DVC 2 is read, kept, and becomes data of DVC 3 when it changes': {
    setup: legacyData,
    steps: [
      'status --json',
      'repro',
      remove('dir'),
      'checkout',
      ...store,
      folder('store'),
      'push',
      'status -c',
      remove('.dvc/cache'),
      remove('dir'),
      'pull',
      'add b.bin',
      write('t.csv', 'z\r\n'),
      'commit -f t.csv.dvc',
      'repro',
      'status',
    ],
  },
  'data goes to remotes and comes back': {
    setup: (repository) => {
      data(repository);
      remove('data/link')(repository);
    },
    steps: [
      ...store,
      'remote add other BASE/other',
      'add data single.csv',
      commit,
      'push single.csv',
      'status -c --json',
      'push',
      remove('.dvc/cache'),
      'status -c',
      'fetch data/a',
      'fetch -j 2 -r other',
      remove('data'),
      'pull data/sub',
      'pull',
      git('tag', 'v1'),
      write('data/a', 'y'),
      'add data',
      commit,
      'push -T -r other',
      'push -A',
      'push nothere',
      'push --glob *.csv.dvc',
      'data status --not-in-remote --json',
      'gc -w -c -f',
    ],
  },
  'garbage is what nothing needs': {
    setup: data,
    steps: [
      ...store,
      'add data single.csv',
      commit,
      git('tag', 'v1'),
      write('data/a', '2'),
      'add data',
      commit,
      write('single.csv', '3'),
      'add single.csv',
      'push -A',
      'gc',
      'gc -w',
      'gc -f',
      'gc -w --dry',
      'gc -A -f',
      'gc -T -f',
      'fetch -A',
      'gc --rev HEAD -f',
      'gc -w -n 2 -f',
      'fetch -A',
      'gc --date 2030-01-01 -f',
      'gc -w --not-in-remote -f',
      'gc -w -c -f',
    ],
  },
  'links, and what hangs on them': {
    setup: data,
    steps: [
      'config cache.type hardlink,copy',
      'add data single.csv empty',
      'config cache.type symlink',
      'checkout --relink',
      'status',
      'config cache.type copy',
      'checkout --relink',
      'config cache.type hardlink',
      remove('data'),
      'checkout',
      'remove single.csv.dvc',
      'config cache.shared group',
      'config cache.dir ../shared',
      'add empty',
    ],
  },
  'moved by hand, and asked about in every way': {
    setup: (repository) => {
      data(repository);
      remove('data/del\u007f')(repository);
    },
    steps: [
      'add data',
      commit,
      git('mv', 'data.dvc', 'e.dvc'),
      git('mv', '-k', 'data', 'e'),
      replace('e.dvc', 'path: data', 'path: e'),
      (repository) => repository.write('e/a', 'one\n'),
      'diff --json --show-hash',
      'diff --targets e',
      'diff --md',
      'diff nope',
      'data status',
      'data status --granular --json',
      'data status --untracked-files --json',
    ],
  },
  '.dvcignore, nested and with exceptions': {
    setup: (repository) => {
      for (const name of ['data/a', 'data/x.tmp', 'data/sub/keep.tmp', 'skip/f', 'other/local', 'other/z']) {
        repository.write(name, name);
      }
      repository.write('.dvcignore', '*.tmp\n!keep.tmp\nskip/\n');
      repository.write('other/.dvcignore', '/local\n');
    },
    steps: [
      'add data',
      write('data/y.tmp', 'n'),
      'status',
      'check-ignore data/x.tmp data/a data/sub/keep.tmp skip other/local',
      'check-ignore -d -n data/x.tmp data/a',
      'check-ignore -d skip/f other/local',
      'check-ignore -d -a data/x.tmp data/sub/keep.tmp skip/f',
      'check-ignore data/a',
    ],
  },
  'a path in a folder commits the folder, and without a remote all is in none': {
    setup: data,
    steps: ['add data', 'data status --not-in-remote --json', write('data/a', 'other'), 'commit -f data/a', 'status'],
  },
  settings: {
    setup: (repository) =>
      repository.write('.dvc/config', '[core]\n    analytics = false\n[\'remote "a"\']\n    url = s3://b/x\n'),
    steps: [
      'config',
      'config --list core.remote',
      'config cache.type nope',
      'data status --untracked-files maybe',
      'check-ignore ../out',
      'remote add -d b ../store',
      'remote list',
      'remote default',
      'remote modify b jobs 4',
      'remote modify b password secret',
      'remote modify a endpointurl http://x:1',
      'remote modify nope x y',
      'remote add a s3://x',
      'remote add -f a s3://x',
      'remote default a',
      'remote remove a',
      'remote default -u',
      'config core.autostage true',
      'config core.remote',
      'config -l',
      'config core.nosuch 1',
      'config core.checksum_jobs x',
      'config -u core.autostage',
      'config -u core.autostage',
      'config cache.type hardlink,symlink',
      'config nothere',
      'cache dir ../cc',
      'config cache.dir',
    ],
  },
  'a repository in a folder of another': {
    bare: true,
    folder: 'sub',
    setup: (repository) => {
      repository.gitInit();
      repository.write('sub/a', '1');
      repository.write('sub/.dvcignore', '');
      repository.write('sub/.dvc/config', '');
      repository.write('sub/.dvc/.gitignore', '/config.local\n/tmp\n/cache\n');
    },
    steps: ['add a', 'status', 'data status', commit, write('sub/a', '2'), 'diff', 'status', 'commit -f', 'status'],
  },
  'without git': {
    bare: true,
    setup: (repository) => {
      repository.write('a', '1');
      repository.write('.dvcignore', '');
      repository.write('.dvc/config', '[core]\n    no_scm = True\n');
    },
    steps: ['add a', 'status', 'data status', write('a', '2'), 'status --json', 'commit -f', 'gc -w -f', 'gc -a -f'],
  },
  'from a folder inside': {
    folder: 's',
    setup: (repository) => {
      repository.write('d/a', 'a');
      repository.write('s/q', 'q');
    },
    steps: [
      'add q ../d',
      commit,
      write('d/a', 'b'),
      'status',
      'diff',
      'data status --json',
      'checkout -f ../d',
      'remove ../d.dvc',
    ],
  },
};

describe('DVC and Assay leave the same behind, and answer the same:', () => {
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    expect(await differential.differences(one)).toEqual([]);
  });
});
