// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of dvc.yaml look like those of JavaScript
import { afterAll, describe, expect, test } from 'vitest';
import { type Case, Differential } from './differential.ts';
import { commit, everyStage, folder, remove, replace, write } from './edits.ts';
import type { Repository } from './repository.ts';

/** The same for stages. */

const differential = new Differential();
afterAll(() => differential.end());

/** A chain of three stages, and two whose results stay out of the cache. */
function chain(repository: Repository): void {
  repository.write('in', '1');
  repository.write('in2', 'x');
  repository.write('params.yaml', 'p: 1\n');
  folder('store')(repository);
  const stage = (name: string, cmd: string, deps: string, outs: string, more = '') =>
    `  ${name}:\n    cmd: ${cmd}\n    deps: [${deps}]\n${more}    ${outs}\n`;
  repository.write(
    'dvc.yaml',
    `stages:\n${[
      stage('a', 'cp in oa', 'in', 'outs: [oa]'),
      stage('b', 'cp oa ob', 'oa', 'outs: [ob]', '    params: [p]\n'),
      stage('c', 'cat ob in2 > oc', 'ob, in2', 'outs: [oc]'),
      stage('d', 'cp in2 od', 'in2', 'outs: [od: {cache: false}]'),
      stage('e', 'cp od oe', 'od', 'metrics: [oe: {cache: false}]'),
    ].join('')}`,
  );
}

const cases: Readonly<Record<string, Case>> = {
  'stages run, run again, and are told of': {
    setup: everyStage,
    steps: [
      'add in.txt',
      'repro',
      'status --json',
      'repro',
      'stage list --all',
      'stage list --name-only',
      'dag --dot',
      replace('params.yaml', 'lr: 0.1', 'lr: 0.2'),
      'status',
      'repro prep',
      'repro',
      write('in.txt', 'more\n'),
      'repro multi',
      'repro -s each@us',
      'repro -f -s each',
      'repro --downstream multi',
      replace('params.yaml', 'lr: 0.2', 'lr: 0.1'),
      'repro -P',
      'status',
    ],
  },
  'what is gone comes back, and what is frozen stays': {
    setup: everyStage,
    steps: [
      'repro',
      commit,
      remove('m1.txt'),
      remove('outraw'),
      'status',
      'repro',
      replace('dvc.yaml', 'echo one', 'echo uno'),
      'repro -p prep',
      'repro nothere',
      replace('params.yaml', 'lr: 0.1', 'lr: 0.3'),
      'repro --no-commit',
      'status',
      'commit',
      'status',
      'repro --no-run-cache',
      'config parsing.bool boolean_optional',
      'config parsing.list append',
      'status',
      'params diff --json',
      'metrics show --json',
    ],
  },
  'side by side, the lock is the same': {
    setup: (repository) => {
      repository.write('a.txt', 'a');
      const stage = (name: string, cmd: string, deps: string, out: string) =>
        `  ${name}:\n    cmd: ${cmd}\n    deps: [${deps}]\n    outs: [${out}]\n`;
      repository.write(
        'dvc.yaml',
        `stages:\n${[
          stage('slow', 'sleep 0.5 && cp a.txt s', 'a.txt', 's'),
          stage('fast', 'cp a.txt f', 'a.txt', 'f'),
          stage('z', 'cp f z', 'f', 'z'),
          stage('join', 'cat s z > j', 's, z', 'j'),
          stage('lone', 'cp a.txt l', 'a.txt', 'l'),
        ].join('')}`,
      );
    },
    steps: [
      { dvc: 'repro', assay: 'repro -j 3' },
      replace('dvc.yaml', 'cp f z', 'cat f f > z'),
      { dvc: 'repro', assay: 'repro -j 3' },
      { dvc: 'repro -f', assay: 'repro -f -j 3' },
      'status',
    ],
  },
  'a stage that fails ends the run, unless it is to go on': {
    setup: (repository) => {
      repository.write('.gitignore', '/o1\n/o2\n/ob\n/oa\n');
      const stage = (name: string, cmd: string, rest: string) => `  ${name}:\n    cmd: ${cmd}\n${rest}`;
      repository.write(
        'dvc.yaml',
        `stages:\n${[
          stage('one', 'echo 1 > o1', '    outs: [o1]\n'),
          stage('bad', 'echo x > ob && exit 3', '    deps: [o1]\n    outs: [ob]\n'),
          stage('after', 'cp ob oa', '    deps: [ob]\n    outs: [oa]\n'),
          stage('other', 'echo 2 > o2', '    outs: [o2]\n'),
        ].join('')}`,
      );
    },
    steps: ['repro', 'status --json', 'repro -k', 'status', 'repro --ignore-errors', 'status'],
  },
  'stages are chosen by a pattern, and run since another did': {
    setup: (repository) => {
      repository.write('in', '1');
      const stage = (name: string, cmd: string, deps: string, out: string) =>
        `  ${name}:\n    cmd: ${cmd}\n    deps: [${deps}]\n    metrics: [${out}]\n`;
      repository.write(
        'dvc.yaml',
        `stages:\n${[
          stage('train-a', 'grep -c . in > a.json || true', 'in', 'a.json'),
          stage('train-b', 'cp a.json b.json', 'a.json', 'b.json'),
          stage('test', 'cp b.json c.json', 'b.json', 'c.json'),
        ].join('')}`,
      );
      repository.write('data.bin', 'x'.repeat(5000));
      folder('store')(repository);
    },
    steps: [
      'remote add -d store BASE/store',
      'repro --glob train-[ab]',
      'repro --glob t*',
      'repro --glob nothing*',
      write('in', '2'),
      'repro --force-downstream',
      'repro --force-downstream',
      'add data.bin',
      'push --no-run-cache',
      remove('.dvc/cache'),
      'fetch --type metrics',
      'fetch --max-size 100',
      'fetch --max-size 10000',
      'stage list --names-only',
    ],
  },
  'each line of a command has a shell of its own, entries of a list do not': {
    setup: (repository) => {
      const list =
        '    cmd:\n    - echo 1 > l\n    - |\n      Y=2\n      echo "y=$Y" >> l\n    deps: [b]\n    outs: [l]\n';
      const block = '    cmd: |\n      X=1\n      echo "x=$X" > b\n\n      echo end >> b\n    outs: [b]\n';
      repository.write('dvc.yaml', `stages:\n  block:\n${block}  list:\n${list}`);
    },
    steps: [
      'repro',
      'status',
      remove('l'),
      remove('dvc.lock'),
      'repro',
      'stage list --names-only',
      replace('dvc.yaml', 'stages:', 'stages:\n  g: {foreach: [u], do: {cmd: echo 1 > g.txt, outs: [g.txt]}}'),
      'repro g',
      'remove --outs g',
    ],
  },
  'a dvc.yaml without stages lists none, and one of another shape is refused': {
    setup: (repository) => repository.write('dvc.yaml', 'stages: {}\n'),
    steps: [
      'stage list',
      'stage list dvc.yaml',
      write('dvc.yaml', '[]\n'),
      'stage list',
      write('dvc.yaml', 'stages:\n'),
      'stage list',
      write('dvc.yaml', 'stages:\n  s:\n    cmd: true\n'),
      'repro',
      'stage list',
    ],
  },
  'numbers are those of YAML 1.2 with underscores': {
    setup: (repository) => {
      repository.write('params.yaml', 'a: 1_000\nb: 0x1_F\nc: 0b11\nd: 1_0.5\ne: .5e5\nf: "1_0"\n');
      const cmd = 'echo ${a} ${b} ${c} ${d} ${e} ${f} > out';
      repository.write(
        'dvc.yaml',
        `stages:\n  x/y:\n    cmd: ${cmd}\n    params: [a, b, c, d, e, f]\n    outs: [out]\n`,
      );
    },
    steps: ['repro', 'status', 'params diff --json', replace('params.yaml', '1_000', '1000'), 'status', 'stage list'],
  },
  'a frozen stage is taken as it lies there, and nothing runs without a yes': {
    setup: chain,
    steps: [
      'add in in2',
      'repro',
      'freeze b',
      write('in', '2'),
      'repro -i',
      write('ob', 'mine'),
      'repro',
      'status --json',
      replace('params.yaml', 'p: 1', 'p: 3'),
      'repro -f c',
      remove('ob'),
      'repro',
    ],
  },
  'what is missing is pulled, what is changed is not': {
    setup: chain,
    steps: [
      'remote add -d s BASE/store',
      'add in in2',
      'repro',
      'push',
      remove('.dvc/cache'),
      remove('ob'),
      remove('in'),
      'repro in.dvc',
      'repro --pull',
      write('in2', 'changed'),
      'repro --pull',
      'status',
    ],
  },
  'results are remembered, here and in a remote': {
    setup: (repository) => {
      repository.write('p.yaml', 'x: 1\n');
      repository.write('in', '1');
      const params = '    params:\n    - p.yaml:\n      - x\n';
      repository.write('dvc.yaml', `stages:\n  s:\n    cmd: cp in out\n    deps: [in]\n${params}    outs: [out]\n`);
      folder('store')(repository);
    },
    steps: [
      'remote add -d store BASE/store',
      'repro',
      replace('p.yaml', '1', '2'),
      'repro',
      replace('p.yaml', '2', '1'),
      remove('out'),
      'repro',
      'push --run-cache',
      remove('.dvc/cache'),
      remove('out'),
      remove('dvc.lock'),
      'fetch --run-cache',
      'repro',
      'repro --pull',
      remove('.dvc/cache'),
      remove('out'),
      'repro --allow-missing',
      'repro --pull',
      'status',
    ],
  },
  'stages are added, frozen and removed': {
    setup: (repository) => {
      repository.write('a', '1');
      repository.write('w/.keep', '');
      repository.write('params.yaml', 'p: 1\nq: 2\n');
    },
    steps: [
      'config core.autostage true',
      'stage add -n s1 -d a -o b -p p,q cp a b',
      ['stage', 'add', '-n', 's2', '-d', 'b', '-O', 'c', '-m', 'm.json', '-M', 'n.json', '--plots', 'pl.csv'].concat([
        '--plots-no-cache',
        'pn.csv',
        '--outs-persist',
        'op',
        '--outs-persist-no-cache',
        'on',
        '--desc',
        'hello there',
        'echo x y',
      ]),
      'stage add -n s1 echo',
      'stage add -f -n s1 -d a -o b2 cp a b2',
      'stage add -n s3 -w w --always-changed -o x.txt echo',
      'stage add -n own -o x2 cp -v a x2 --json',
      'stage add -n bad/name echo',
      'stage add -n cyc -d b2 -o a cp b2 a',
      'stage add -n dup -o b2 echo',
      'stage add -n r --run -d a -o rr cp a rr',
      'stage list -R .',
      'freeze s1 s3',
      'freeze nothere',
      'unfreeze s3',
      'remove s3',
      'remove r',
      'stage list',
    ],
  },
};

describe('DVC and Assay leave the same behind, and answer the same:', () => {
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    expect(await differential.differences(one)).toEqual([]);
  });
});
