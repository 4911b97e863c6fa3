import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Oracle } from './oracle.ts';
import { Repository, type Said } from './repository.ts';

/** A command line, in which BASE is the folder that the repository lies in; or something that a person does to the files in between. */
export type Step =
  | string
  | readonly string[]
  | { readonly dvc: string; readonly assay: string }
  | ((repository: Repository) => void);

export interface Case {
  readonly setup: (repository: Repository) => void;
  readonly steps: readonly Step[];
  /** Where the commands are typed, relative to the root. */
  readonly folder?: string;
  /** Without `dvc init`, and without git. */
  readonly bare?: true;
}

/** Commands whose answer on stdout is a result: it has to be the same. */
const answering =
  /^(?:status|diff|data status|stage list|dag|params|metrics|check-ignore|config|remote (?:list|default)|cache dir|root|list)\b/;

/** Two copies of a repository, one for each program. */
export class Differential {
  readonly #oracle = new Oracle();

  /**
   * Runs a case in both copies.
   * @returns where they differ: exit codes, what is printed, files left behind with their kinds, modes and bytes
   */
  async differences({ setup, steps, folder = '.', bare }: Case): Promise<readonly string[]> {
    const base = () => realpathSync(mkdtempSync(join(tmpdir(), 'assay-differ-')));
    const [theirs, ours] = [new Repository(base()), new Repository(base())];
    const found: string[] = [];
    // What differs already is told once.
    const told = new Set<string>();
    try {
      if (bare !== true) await this.#init(theirs);
      setup(theirs);
      execFileSync('cp', ['-a', `${theirs.base}/.`, ours.base]);
      for (const step of steps) {
        if (typeof step === 'function') {
          step(theirs);
          step(ours);
          continue;
        }
        const [theirWords, ourWords] = wordsOf(step);
        const words = theirWords;
        const typed = (repository: Repository) =>
          (repository === ours ? ourWords : theirWords).map((word) => word.replace('BASE', repository.base));
        const said = {
          dvc: await this.#oracle.run(theirs, typed(theirs), folder),
          assay: await ours.assayIn(folder, ...typed(ours)),
        };
        const title = words.join(' ');
        found.push(...compareSaid(title, words, said, [theirs.base, ours.base]));
        for (const difference of compareTrees(treeOf(theirs), treeOf(ours))) {
          if (told.size < told.add(difference).size) found.push(`${title}: ${difference}`);
        }
      }
    } finally {
      theirs.remove();
      ours.remove();
    }
    return found;
  }

  end(): void {
    this.#oracle.end();
  }

  async #init(repository: Repository): Promise<void> {
    repository.gitInit();
    const { code, err } = await this.#oracle.run(repository, ['init', '--quiet'], '.');
    if (code !== 0) throw new Error(err);
  }
}

/** What is typed for DVC, and for Assay. */
function wordsOf(
  step: Exclude<Step, (repository: Repository) => void>,
): readonly [readonly string[], readonly string[]] {
  if (typeof step === 'string') return [step.split(' '), step.split(' ')];
  return 'dvc' in step ? [step.dvc.split(' '), step.assay.split(' ')] : [step, step];
}

function compareSaid(
  title: string,
  words: readonly string[],
  { dvc, assay }: { readonly dvc: Said; readonly assay: Said },
  bases: readonly string[],
): readonly string[] {
  const clean = (text: string) => bases.reduce((all, base) => all.replaceAll(base, 'BASE'), text);
  const found: string[] = [];
  if (dvc.code !== assay.code) {
    found.push(`${title}: exit code ${dvc.code} / ${assay.code}\n  ${clean(dvc.err)}\n  ${clean(assay.err)}`);
  }
  if (!answering.test(title) || dvc.code !== 0) return found;
  const asJson = words.includes('--json');
  const shown = (text: string) => (asJson && text.trim() !== '' ? sortedJson(clean(text)) : withoutHints(clean(text)));
  const [theirs, ours] = [shown(dvc.out), shown(assay.out)];
  // DVC goes through files in the order of the file system.
  const lines = (text: string) => text.split('\n').sort().join('\n');
  if (lines(theirs) !== lines(ours)) found.push(`${title}: prints\n${theirs}\n--- but here\n${ours}`);
  return found;
}

/** What is said to a person beside the result: lines in brackets, and those that name the program. */
function withoutHints(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*\(.*\)$/.test(line) && !/`?(?:dvc|assay) [a-z]+/.test(line))
    .join('\n');
}

function sortedJson(text: string): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, one]) => [key, sorted(one)]),
    );
  };
  return JSON.stringify(sorted(JSON.parse(text)), undefined, 1);
}

/** All that lies in a base folder, but what either program keeps for itself. */
function treeOf(repository: Repository): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (folder: string) => {
    for (const name of readdirSync(join(repository.base, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (/(?:^|\/)(?:\.git|\.assay|assay\.yaml|\.dvc\/tmp|\.dvc\/cache\/tmp)$/.test(path)) continue;
      // DVC tries there what kinds of links the file system allows.
      if (/\/files\/md5\/\.[\w-]+\.tmp$/.test(path)) continue;
      if (/^(?:home|config\/dvc\/tmp|\.cache)$/.test(path)) continue;
      const stats = lstatSync(join(repository.base, path));
      if (stats.isDirectory()) {
        found.set(path, `folder ${(stats.mode & 0o7777).toString(8)}`);
        walk(path);
      } else if (stats.isSymbolicLink()) {
        found.set(path, `link to ${readlinkSync(join(repository.base, path)).replace(repository.base, 'BASE')}`);
      } else {
        const bytes = readFileSync(join(repository.base, path)).toString('latin1').replaceAll(repository.base, 'BASE');
        // DVC makes it where it looks for settings to change.
        if (path.endsWith('.dvc/config.local') && bytes.trim() === '') continue;
        const linked = stats.nlink > 1 ? `, ${stats.nlink} links` : '';
        found.set(path, `file ${(stats.mode & 0o7777).toString(8)}${linked}\n${bytes}`);
      }
    }
  };
  walk('');
  if (existsSync(join(repository.root, '.git'))) {
    found.set('staged in git', repository.git('diff', '--cached', '--name-status', '--no-renames'));
  }
  return found;
}

function compareTrees(theirs: ReadonlyMap<string, string>, ours: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  for (const path of [...new Set([...theirs.keys(), ...ours.keys()])].sort()) {
    const [a, b] = [theirs.get(path), ours.get(path)];
    if (a === b) continue;
    // A folder tells of what is in it.
    const inside = dirname(path);
    if (inside !== '.' && theirs.has(inside) !== ours.has(inside)) continue;
    found.push(`${JSON.stringify(path)} is\n${a?.slice(0, 900)}\n--- but here\n${b?.slice(0, 900)}`);
  }
  return found;
}

/** Files of every kind that data consists of. */
export function sampleData(repository: Repository): void {
  repository.write('data/a', 'one\n');
  repository.write('data/sub/b', 'two\n');
  repository.write('data/empty', '');
  repository.write('data/é/ÿ😀.txt', 'a\r\nb');
  repository.write('data/quo"te', 'q');
  repository.write('data/new\nline', 'n');
  repository.write('data/with space', 's');
  repository.write('data/del\u007f', 'd');
  repository.write('data/run', '#!/bin/sh\n', 0o744);
  mkdirSync(join(repository.root, 'data/void'));
  repository.link('data/link', 'a');
  repository.link('data/folder-link', 'sub');
  repository.write('single.csv', 'x,y\r\n1,2\r\n');
  repository.write('run.sh', '#!/bin/sh\n', 0o744);
  repository.write('empty', '');
  repository.write('ünï 😀.txt', 'u');
  repository.write("it's [x] #1!*?.txt", 'i');
}
