import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { interopTool } from '../interop/tools.ts';
import { commitsOf } from './versions.ts';

const launcher = resolve(import.meta.dirname, '../../packages/assay/bin/assay.js');
const questions: readonly (readonly string[])[] = [
  ['status', '--json'],
  ['dag', '--dot'],
  ['stage', 'list', '--all'],
  ['metrics', 'show', '--json'],
  ['params', 'diff', '--all', '--json', 'HEAD~1'],
  ['list', '.', '--dvc-only', '--json'],
];

/**
 * Checks out some revisions, spread evenly over the history, and asks both programs the same.
 * @returns how many answers are equal, and a line on each that is not
 */
export async function compareAnswers(
  folder: string,
  scratch: string,
  sample: number,
): Promise<{ readonly equal: number; readonly unknown: number; readonly different: readonly string[] }> {
  const root = join(scratch, 'repository');
  execFileSync('git', ['clone', '--quiet', '--no-checkout', folder, root], { stdio: ['ignore', 'ignore', 'inherit'] });
  const commits = withDvc(folder, commitsOf(folder));
  const chosen = [
    ...new Set(Array.from({ length: sample }, (_, i) => commits[Math.floor((i * commits.length) / sample)]!)),
  ];
  let equal = 0;
  let unknown = 0;
  const different: string[] = [];
  for (const commit of chosen) {
    try {
      checkOut(folder, root, commit);
    } catch {
      different.push(`${commit.slice(0, 8)} cannot be checked out`);
      continue;
    }
    for (const words of questions) {
      const [dvc, assay] = await Promise.all([
        ask(interopTool('dvc/bin/dvc'), words, root, scratch),
        ask(process.execPath, [launcher, ...words], root, scratch),
      ]);
      // What lies in remotes cannot be had here, and some revisions DVC refuses as a whole: nothing to compare with.
      if (/Cannot connect to host|Failed to clone repo|is ignored by .dvcignore/.test(dvc.err + dvc.out)) unknown++;
      else if (dvc.code === assay.code && (dvc.code !== 0 || sameAnswer(dvc.out, assay.out))) equal++;
      else different.push(`${commit.slice(0, 8)} ${words.join(' ')}: ${told(dvc, assay)}`);
    }
  }
  return { equal, unknown, different };
}

/** Those commits that are a DVC repository. */
function withDvc(folder: string, commits: readonly string[]): readonly string[] {
  const input = commits.map((commit) => `${commit}:.dvc/config\n`).join('');
  const said = execFileSync('git', ['-C', folder, 'cat-file', '--batch-check'], { input, maxBuffer: 2 ** 28 });
  const lines = said.toString('utf8').split('\n');
  return commits.filter((_, i) => / blob \d+$/.test(lines[i] ?? ''));
}

/** Blobs may be missing, as in a copy without large files: all others are checked out. */
function checkOut(folder: string, root: string, commit: string): void {
  const git = (...words: string[]) => execFileSync('git', ['-C', root, ...words], { stdio: 'ignore' });
  git('fetch', '--quiet', folder, commit);
  git('update-ref', '--no-deref', 'HEAD', commit);
  git('read-tree', commit);
  git('clean', '--quiet', '-ffdx');
  try {
    git('checkout-index', '--quiet', '--all', '--force');
  } catch {
    if (!existsSync(join(root, '.dvc/config'))) throw new Error(`nothing of ${commit} can be checked out`);
  }
}

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function ask(program: string, words: readonly string[], cwd: string, home: string): Promise<Said> {
  const env = {
    ...process.env,
    HOME: home,
    ASSAY_HOME: join(home, 'assay'),
    DVC_NO_ANALYTICS: '1',
    NO_COLOR: '1',
    COLUMNS: '200',
  };
  return new Promise((done) => {
    execFile(program, words, { cwd, env, maxBuffer: 2 ** 28, timeout: 300_000 }, (error, out, err) => {
      done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}

/** Maps, and lines of folders that DVC lists as the file system does, in any order; else to the byte. */
function sameAnswer(a: string, b: string): boolean {
  const lines = (text: string) => text.split('\n').sort();
  if (a === b || isDeepStrictEqual(lines(a), lines(b))) return true;
  try {
    return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
  } catch {
    return false;
  }
}

function told(dvc: Said, assay: Said): string {
  if (dvc.code !== assay.code) {
    return `code ${dvc.code} against our ${assay.code}: ${`${dvc.err.trim()} | ${assay.err.trim()}`.slice(0, 400)}`;
  }
  const at = [...dvc.out].findIndex((character, i) => character !== assay.out[i]);
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 80));
  return `${around(dvc.out)} against our ${around(assay.out)}`;
}
