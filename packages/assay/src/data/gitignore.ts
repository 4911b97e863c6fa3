import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { type Repository, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';

/**
 * Keeps a tracked path out of git: a line in the `.gitignore` beside it, unless git ignores it already.
 * @param before a new line comes before the first that is there for one of these paths
 * @returns the changed file, absolute; undefined when nothing had to change
 * @throws AssayError `ASSAY_DVC_IN_GIT` when git tracks the path
 */
export async function ignoreInGit(
  repository: Repository,
  path: string,
  before: readonly string[] = [],
): Promise<string | undefined> {
  if (repository.gitTop === undefined) return undefined;
  const file = join(dirname(path), '.gitignore');
  const entry = entryOf(path);
  const has = (text: string) => text.split('\n').some((line) => line.trim() === entry);
  if (has(read(file))) return undefined;
  if ((await runGit(repository.gitTop, ['check-ignore', '--quiet', '--no-index', '--', path])) !== undefined) {
    return undefined;
  }
  // Another stage may have written into it meanwhile.
  const text = read(file);
  if (has(text)) return undefined;
  refuseLink(file);
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const later = new Set(before.filter((one) => dirname(one) === dirname(path)).map(entryOf));
  const at = lines.findIndex((line) => later.has(line));
  replaceFile(file, `${lines.toSpliced(at < 0 ? lines.length : at, 0, entry).join('\n')}\n`, { sync: false });
  return file;
}

/** Takes the line away again; an empty file goes with it. @returns the changed file */
export function unignoreInGit(repository: Repository, path: string): string | undefined {
  if (repository.gitTop === undefined) return undefined;
  const file = join(dirname(path), '.gitignore');
  if (!existsSync(file)) return undefined;
  const entry = entryOf(path);
  const lines = read(file).split('\n');
  const rest = lines.filter((line) => line.trim() !== entry);
  if (rest.length === lines.length) return undefined;
  refuseLink(file);
  if (rest.join('\n') === '') rmSync(file);
  else replaceFile(file, rest.join('\n'), { sync: false });
  return file;
}

/** @throws AssayError `ASSAY_DVC_IN_GIT` */
export async function checkNotInGit(repository: Repository, path: string): Promise<void> {
  if (repository.gitTop === undefined) return;
  const listed = await runGit(repository.gitTop, ['ls-files', '-z', '--', path]);
  if (!listed || listed.length === 0) return;
  throw new AssayError('ASSAY_DVC_IN_GIT', `git tracks ${path} already`, {
    hint: `Take it out of git first: git rm -r --cached '${path}', then git commit.`,
  });
}

/** Wildcards in a name stand for themselves. */
function entryOf(path: string): string {
  return `/${basename(path).replace(/[[\]!*#?]/g, '\\$&')}`;
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function refuseLink(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new AssayError('ASSAY_DVC_GITIGNORE_LINK', `${file} is a symbolic link`, {
    hint: 'git follows no such link; put a file in its place.',
  });
}
