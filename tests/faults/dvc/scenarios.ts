import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '../../interop/repository.ts';

/** A command that writes, and what there is before it. */
export interface Scenario {
  readonly name: string;
  readonly prepare: (repository: Repository) => void | Promise<void>;
  readonly words: readonly string[];
  /** How it is said a second time, where that differs. */
  readonly again?: readonly string[];
  /** It is its work to take something away. */
  readonly removes?: true;
}

const scenarios: readonly Scenario[] = [
  { name: 'add', prepare: newData, words: ['add', 'new', 'new.bin'] },
  { name: 'add, by links', prepare: linked(newData), words: ['add', 'new', 'new.bin'] },
  { name: 'commit', prepare: changedData, words: ['commit', '--force'] },
  { name: 'checkout', prepare: earlierData, words: ['checkout'] },
  { name: 'checkout, by links', prepare: linked(earlierData), words: ['checkout', '--relink'] },
  { name: 'push', prepare: (it) => removed(it, '../remote'), words: ['push'] },
  { name: 'fetch', prepare: (it) => removed(it, '.dvc/cache'), words: ['fetch'] },
  { name: 'pull', prepare: (it) => removed(it, '.dvc/cache', 'many', 'big.bin'), words: ['pull'] },
  { name: 'gc', prepare: garbage, words: ['gc', '--workspace', '--force'], removes: true },
  { name: 'gc --cloud', prepare: garbage, words: ['gc', '--workspace', '--cloud', '--force'], removes: true },
  { name: 'repro', prepare: changedInput, words: ['repro'] },
  { name: 'repro, remembered', prepare: rememberedInput, words: ['repro'] },
  {
    name: 'exp run',
    prepare: inGit,
    words: ['exp', 'run', '--name', 'tried', '--set-param', 'n=7'],
    again: ['exp', 'run', '--name', 'tried', '--set-param', 'n=7', '--force'],
  },
  {
    name: 'exp save',
    prepare: inGit,
    words: ['exp', 'save', '--name', 'kept'],
    again: ['exp', 'save', '--name', 'kept', '--force'],
  },
  {
    name: 'import',
    prepare: (it) => it.assaySync('remove', '--outs', 'many.dvc'),
    words: ['import', '../other', 'many'],
    again: ['import', '../other', 'many', '--force'],
  },
  {
    name: 'import-url',
    prepare: () => {},
    words: ['import-url', '../source.txt', 'source.txt'],
    again: ['import-url', '../source.txt', 'source.txt', '--force'],
  },
  { name: 'update', prepare: withImport, words: ['update', 'imported.dvc'] },
  { name: 'move', prepare: () => {}, words: ['move', 'many', 'moved'] },
  { name: 'remove', prepare: () => {}, words: ['remove', 'many.dvc'] },
  { name: 'remove --outs', prepare: () => {}, words: ['remove', '--outs', 'many.dvc'] },
  { name: 'remove, a stage', prepare: () => {}, words: ['remove', 'second'] },
  {
    name: 'unprotect',
    prepare: linked((it) => it.assaySync('checkout', '--relink')),
    words: ['unprotect', 'many', 'big.bin'],
  },
  {
    name: 'stage add',
    prepare: () => {},
    words: ['stage', 'add', '--name', 'third', '--deps', 'twice.txt', '--outs', 'third.txt', 'cp twice.txt third.txt'],
    again: [
      'stage',
      'add',
      '--force',
      '--name',
      'third',
      '--deps',
      'twice.txt',
      '--outs',
      'third.txt',
      'cp twice.txt third.txt',
    ],
  },
  { name: 'freeze', prepare: () => {}, words: ['freeze', 'second'] },
  { name: 'config', prepare: () => {}, words: ['config', 'core.autostage', 'true'] },
  { name: 'remote add', prepare: () => {}, words: ['remote', 'add', '--force', 'more', '/more'] },
];

export function scenariosNamed(names: readonly string[]): readonly Scenario[] {
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

/** What all scenarios begin with: data in the cache and in a remote, stages that ran, another repository beside it. */
export function origin(): Repository {
  const repository = new Repository();
  repository.gitInit();
  repository.assaySync('init');
  repository.assaySync('remote', 'add', '--default', 'store', '../remote');
  for (let i = 0; i < 60; i++) repository.write(`many/${i % 3}/${i}.txt`, `${i}\n`.repeat(i));
  repository.write('many/twin.txt', '9\n'.repeat(9));
  repository.write('big.bin', 'larger '.repeat(300_000));
  repository.write('params.yaml', 'n: 1\n');
  repository.write('../source.txt', 'from outside\n');
  repository.write(
    'dvc.yaml',
    [
      'stages:',
      '  first:',
      '    cmd: mkdir made && for i in 1 2 3; do (cat big.bin | head -c 1000; cat params.yaml; echo $i) > made/$i; done',
      '    deps: [big.bin]',
      '    params: [n]',
      '    outs: [made]',
      '  second:',
      '    cmd: cat made/1 made/2 > twice.txt',
      '    deps: [made]',
      '    outs: [twice.txt]',
      '',
    ].join('\n'),
  );
  repository.assaySync('add', 'many', 'big.bin');
  repository.assaySync('repro');
  repository.assaySync('push');
  repository.commit('first');
  execFileSync('cp', ['-a', repository.root, join(repository.base, 'other')]);
  return repository;
}

/** Another one, alike. */
export function copyOf(repository: Repository, base?: string): Repository {
  const place = base ?? realpathSync(mkdtempSync(join(tmpdir(), 'assay-fault-')));
  execFileSync('cp', ['-a', `${repository.base}/.`, place]);
  return new Repository(place);
}

function newData(repository: Repository): void {
  for (let i = 0; i < 40; i++) repository.write(`new/${i % 4}/${i}`, `new ${i}\n`);
  repository.write('new/large', 'large '.repeat(400_000));
  repository.write('new.bin', 'new '.repeat(200_000));
}

function linked(prepare: (repository: Repository) => void): (repository: Repository) => void {
  return (repository) => {
    repository.assaySync('config', 'cache.type', 'hardlink,symlink');
    prepare(repository);
  };
}

function changedData(repository: Repository): void {
  for (let i = 0; i < 20; i++) repository.write(`many/${i % 3}/${i}.txt`, `changed ${i}\n`);
  removed(repository, 'many/0/33.txt');
  repository.write('big.bin', 'changed '.repeat(300_000));
}

/** The workspace holds what a later commit has, git what the earlier one has. */
function earlierData(repository: Repository): void {
  changedData(repository);
  repository.assaySync('commit', '--force', 'many.dvc', 'big.bin.dvc');
  repository.git('checkout', '--quiet', '--', '.');
}

function garbage(repository: Repository): void {
  earlierData(repository);
  repository.assaySync('push', 'big.bin');
  repository.write('junk', 'junk\n');
  repository.assaySync('add', 'junk');
  repository.assaySync('push', 'junk');
  removed(repository, 'junk.dvc');
}

function changedInput(repository: Repository): void {
  repository.write('params.yaml', 'n: 2\n');
}

function rememberedInput(repository: Repository): void {
  changedInput(repository);
  repository.assaySync('repro');
  repository.write('params.yaml', 'n: 1\n');
}

/** Experiments begin from a commit. */
function inGit(repository: Repository): void {
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--allow-empty', '--message', 'second');
}

function withImport(repository: Repository): void {
  repository.assaySync('import', '../other', 'many', '--out', 'imported');
  const other = new Repository(repository.base, 'other');
  other.write('many/0/0.txt', 'updated\n');
  other.assaySync('add', 'many');
  other.commit('updated');
}

function removed(repository: Repository, ...paths: readonly string[]): void {
  for (const path of paths) rmSync(join(repository.root, path), { recursive: true, force: true });
}
