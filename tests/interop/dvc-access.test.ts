import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Repository } from './repository.ts';

/** One repository is looked into, and imported from, by both programs. */

let source: Repository;
beforeAll(async () => {
  source = new Repository(undefined, 'source').init();
  source.write('data/a', 'one\n');
  source.write('data/sub/é 😀.txt', 'two\r\n');
  source.write('code/run.sh', '#!/bin/sh\n', 0o755);
  source.write('README.md', 'read me\n');
  source.link('link', 'README.md');
  source.link('linked-folder', 'code');
  await source.dvc('remote', 'add', '--default', 'store', join(source.base, 'store'));
  await source.dvc('add', 'data');
  await source.dvc('push');
  source.write('dvc.yaml', 'artifacts:\n  words:\n    path: data\n');
  source.commit('one');
  source.git('tag', 'v1');
  for (const tag of ['words@v1.9.0', 'words#prod#1']) source.git('tag', '--annotate', tag, '--message', 'it is');
  source.write('data/c', 'three\n');
  await source.dvc('add', 'data');
  await source.dvc('push');
  source.commit('two');
  for (const tag of ['words@v1.10.0-rc.1', 'words#dev#2']) source.git('tag', '--annotate', tag, '--message', 'it is');
}, 60_000);
afterAll(() => source.remove());

/** Every file but git's and the programs' own, with what it holds and whether it may be run. */
function files(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (/(?:^|\/)(?:\.git|\.assay|\.dvc\/tmp)(?:\/|$)/.test(name) || !statSync(path).isFile()) continue;
    found[name] = `${statSync(path).mode & 0o111} ${readFileSync(path, 'base64')}`;
  }
  return found;
}

const addresses = ['.', 'file', 'v1'] as const;
const address = (kind: (typeof addresses)[number]) =>
  kind === 'file' ? [`file://${source.root}`] : kind === 'v1' ? ['.', '--rev', 'v1'] : ['.'];

test.each(addresses)(
  'list says what DVC says, byte for byte: %s',
  async (kind) => {
    for (const options of [
      ['--json'],
      ['--json', '-R'],
      ['-R', '--size', '--show-hash'],
      ['-R', '--dvc-only'],
      ['-R', '--level', '2'],
      ['--tree'],
    ]) {
      const { dvc, assay } = await source.both('list', ...address(kind), ...options);
      expect([options, assay.code, assay.out]).toEqual([options, dvc.code, dvc.out]);
    }
  },
  60_000,
);

test('list of what is not there fails as with DVC', async () => {
  const { dvc, assay } = await source.both('list', '.', 'nothing');
  expect(assay.code).toBe(dvc.code);
});

test.each(addresses)(
  'get brings what DVC brings: %s',
  async (kind) => {
    for (const path of ['data', 'data/sub', 'code', 'README.md']) {
      for (const program of ['dvc', 'assay'] as const) {
        const { code, err } = await source[program](
          'get',
          ...address(kind),
          path,
          '-o',
          `../got-${kind}/${program}/${path}`,
        );
        expect([code, err]).toEqual([0, expect.any(String)]);
      }
    }
    expect(files(join(source.base, `got-${kind}`, 'assay'))).toEqual(files(join(source.base, `got-${kind}`, 'dvc')));
  },
  90_000,
);

test('import and update leave the very files that DVC leaves, and each updates what the other imported', async () => {
  const first = new Repository(source.base, 'first').init();
  first.commit('nothing yet');
  const steps = [
    ['import', '../source', 'data', '--rev', 'v1'],
    ['import', '../source', 'data/sub', '-o', 'part'],
    ['import', `file://${source.root}`, 'code', '-o', 'scripts'],
    ['import', '../source', 'README.md', '--no-download'],
    ['import', '../source', 'data/a', '--no-exec'],
    ['import', '../source', 'data/a', '-o', 'given', '--remote', 'store', '--remote-config', 'jobs=1'],
  ];
  cpSync(first.root, join(source.base, 'second'), { recursive: true });
  const second = new Repository(source.base, 'second');
  const sameAfter = async (...words: string[]) => {
    const [dvc, assay] = [await first.dvc(...words), await second.assay(...words)];
    expect([words, assay.code, assay.err]).toEqual([words, dvc.code, expect.any(String)]);
    expect([words, files(second.root)]).toEqual([words, files(first.root)]);
  };
  for (const step of steps) await sameAfter(...step);
  source.write('code/more', 'm\n');
  source.write('README.md', 'read me again\n');
  source.commit('three');
  const statuses = [await first.dvc('status', '--json'), await first.assay('status', '--json')];
  expect(JSON.parse(statuses[1]!.out)).toEqual(JSON.parse(statuses[0]!.out));
  // Turned round: what one imported, the other brings to its newest state.
  for (const [file, ...rest] of [
    ['scripts.dvc'],
    ['part.dvc'],
    ['README.md.dvc'],
    ['a.dvc'],
    ['given.dvc'],
    ['data.dvc', '--rev', 'main'],
  ]) {
    const [assay, dvc] = [await first.assay('update', file!, ...rest), await second.dvc('update', file!, ...rest)];
    expect([file, assay.code, assay.err]).toEqual([file, dvc.code, expect.any(String)]);
    expect([file, files(first.root)]).toEqual([file, files(second.root)]);
  }
  // What the other repository calls as this one does is none of its own.
  await sameAfter('repro', 'README.md.dvc');
  for (const one of [first, second]) one.write('README.md', 'mine\n');
  await sameAfter('repro', 'README.md.dvc');
  for (const one of [first, second]) one.write('scripts/more', 'mine\n');
  await sameAfter('commit', '--force', 'scripts.dvc');
  expect(JSON.parse((await first.dvc('status', '--json')).out)).toEqual({});
  expect(JSON.parse((await second.assay('status', '--json')).out)).toEqual({});
}, 120_000);

test('artifacts get brings what DVC brings, and fails where it fails', async () => {
  const url = `file://${source.root}`;
  for (const [i, words] of [
    ['words'],
    ['words', '--rev', 'v1.9.0'],
    ['words', '--stage', 'prod'],
    ['words', '--stage', 'dev'],
    ['words', '--rev', 'v2.0.0'],
    ['nothing'],
    ['words', '--show-url'],
  ].entries()) {
    const said = [];
    for (const program of ['dvc', 'assay'] as const) {
      const out = `../artifact/${program}/${i}`;
      const { code, out: text } = await source[program]('artifacts', 'get', url, ...words, '-o', out);
      said.push([words, code, text.replaceAll(`/${program}/`, '/')]);
    }
    if (words.includes('--show-url')) expect(said[1]).toEqual(said[0]);
    else expect(said[1]!.slice(0, 2)).toEqual(said[0]!.slice(0, 2));
  }
  expect(files(join(source.base, 'artifact/assay'))).toEqual(files(join(source.base, 'artifact/dvc')));
}, 120_000);
