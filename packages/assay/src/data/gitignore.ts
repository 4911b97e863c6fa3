import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { type Repository, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';

/** So many long paths still fit into one command line. */
const pathsAtOnce = 200;

/**
 * Keeps a tracked path out of git: a line in the `.gitignore` beside it, unless git ignores it already.
 * @returns the changed file, absolute; undefined when nothing had to change
 */
export async function ignoreInGit(
  repository: Repository,
  path: string,
  options: IgnoreOptions = {},
): Promise<string | undefined> {
  return (await ignoreAllInGit(repository, [path], options))[0];
}

interface IgnoreOptions {
  /** A new line comes before the first that is there for one of these paths. */
  readonly before?: readonly string[];
  /** What git does not ignore: about it, git is not asked again. */
  readonly open?: ReadonlySet<string>;
}

/** Those that git does not ignore, with one question to it; all of them, when it refuses to answer. */
export async function openToGit({ gitTop }: Repository, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (gitTop === undefined || paths.length === 0) return new Set(paths);
  const ignored = await runGit(gitTop, ['check-ignore', '--no-index', '-z', '--stdin'], `${paths.join('\0')}\0`);
  const names = new Set(ignored?.toString('utf8').split('\0'));
  return new Set(paths.filter((path) => !names.has(path)));
}

/** The same for several paths, with one question to git. @returns the changed files */
export async function ignoreAllInGit(
  repository: Repository,
  paths: readonly string[],
  { before = [], open = new Set() }: IgnoreOptions = {},
): Promise<readonly string[]> {
  if (repository.gitTop === undefined) return [];
  const byFolder = Map.groupBy(paths, dirname);
  const absent = [...byFolder].flatMap(([folder, inside]) => {
    const standing = linesOf(read(join(folder, '.gitignore')));
    return inside.filter((path) => !standing.has(entryOf(path)));
  });
  const asked = absent.filter((path) => !open.has(path));
  const visible = asked.length === 0 ? open : new Set([...open, ...(await openToGit(repository, asked))]);
  const changed: string[] = [];
  for (const [folder, inside] of Map.groupBy(absent, dirname)) {
    const file = join(folder, '.gitignore');
    // Another stage may have written into it meanwhile.
    const text = read(file);
    const standing = linesOf(text);
    const missing = inside.filter((path) => visible.has(path)).map(entryOf);
    const entries = [...new Set(missing)].filter((entry) => !standing.has(entry));
    if (entries.length === 0) continue;
    refuseLink(file);
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    const later = new Set(before.filter((one) => dirname(one) === folder).map(entryOf));
    const at = lines.findIndex((line) => later.has(line));
    replaceFile(file, `${lines.toSpliced(at < 0 ? lines.length : at, 0, ...entries).join('\n')}\n`, { sync: false });
    changed.push(file);
  }
  return changed;
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

/** @throws AssayError `ASSAY_DVC_IN_GIT` when git tracks one of the paths, or something inside of it */
export async function checkNotInGit(
  { gitTop }: Pick<Repository, 'gitTop'>,
  ...paths: readonly string[]
): Promise<void> {
  if (gitTop === undefined) return;
  for (let at = 0; at < paths.length; at += pathsAtOnce) {
    const asked = paths.slice(at, at + pathsAtOnce);
    const listed = await runGit(gitTop, ['--literal-pathspecs', 'ls-files', '-z', '--', ...asked]);
    // One path that git refuses, of a submodule for instance, hides the others.
    if (!listed && asked.length > 1) for (const path of asked) await checkNotInGit({ gitTop }, path);
    if (!listed || listed.length === 0) continue;
    const [first = ''] = listed.toString('utf8').split('\0');
    const tracked = join(gitTop, first);
    const path = asked.find((one) => tracked === one || tracked.startsWith(`${one}/`)) ?? tracked;
    throw new AssayError('ASSAY_DVC_IN_GIT', `git tracks ${path} already`, {
      hint: `Take it out of git first: git rm -r --cached '${path}', then git commit.`,
    });
  }
}

/** Wildcards in a name stand for themselves. */
function entryOf(path: string): string {
  return `/${basename(path).replace(/[[\]!*#?]/g, '\\$&')}`;
}

function linesOf(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').map((line) => line.trim()));
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
