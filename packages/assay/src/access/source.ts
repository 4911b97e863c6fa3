import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { gitWorktree } from '../workspace/index.ts';
import { checkAddress, cloneAt, commitNamed, noRevision } from './clone.ts';
import { commitTree } from './commit-tree.ts';
import type { Given } from './given-settings.ts';
import { folderTree, type PlainTree } from './plain-tree.ts';
import { SourceFiles } from './source-files.ts';
import type { Visit } from './visit.ts';

export interface SourceOptions {
  /** A revision of git; of a folder without one, what lies there now. */
  readonly rev?: string;
  readonly given?: Given;
  /** What a relative address is relative to; the first of them where something is. */
  readonly bases?: readonly string[];
}

/** Another repository, or this one, as it is now or was in a commit. */
export interface Source {
  readonly files: SourceFiles;
  /** What git calls the state: the commit, or of a folder as it lies there, HEAD. */
  readonly commit: string | undefined;
  /** What paths that a person gives are relative to, within the repository. */
  readonly start: string;
  /** The folder on this machine that it lies in, if any. */
  readonly root: string | undefined;
  close(): Promise<void>;
}

/**
 * Opens a repository by its address: a folder, or anything git can clone. It need have no DVC in it.
 * @throws AssayError `ASSAY_ACCESS_ADDRESS`, `ASSAY_ACCESS_CLONE`, `ASSAY_ACCESS_NO_REPOSITORY`, `ASSAY_DVC_NO_REVISION`
 */
export async function openSource(url: string, visit: Visit, options: SourceOptions = {}): Promise<Source> {
  const folder = localFolder(url, [visit.directory, ...(options.bases ?? [])]);
  const root = folder === undefined ? undefined : repositoryRoot(folder);
  if (folder !== undefined && root === undefined && !existsSync(join(folder, 'HEAD'))) {
    throw new AssayError('ASSAY_ACCESS_NO_REPOSITORY', `${url} is in no repository of DVC or git`, {
      hint: 'Name the folder of a repository, or use `assay get-url` and `assay import-url` for plain files.',
    });
  }
  return root === undefined ? openClone(folder ?? url, visit, options) : openFolder(root, visit, options);
}

/** The folder of the git repository at an address: its own when it is on this machine, else a clone's, with all tags. */
export async function gitFolderOf(url: string, visit: Visit): Promise<string> {
  const folder = localFolder(url, [visit.directory]);
  const root = folder === undefined ? undefined : repositoryRoot(folder);
  const top = root === undefined ? undefined : gitWorktree(root)?.top;
  return top ?? (await cloneAt(folder ?? url, undefined, visit)).folder;
}

async function openFolder(root: string, visit: Visit, options: SourceOptions): Promise<Source> {
  const top = gitWorktree(root)?.top;
  const inside = relative(root, visit.directory).split(sep).join('/');
  const isInside = inside !== '..' && !inside.startsWith('../');
  if (options.rev === undefined) {
    const head = top === undefined ? undefined : await runGit(top, ['rev-parse', '--verify', '--quiet', 'HEAD']);
    const files = new SourceFiles(folderTree(root), { root, rev: undefined }, options.given ?? {}, visit);
    return source(files, head?.toString('utf8').trim(), isInside ? inside : '', root);
  }
  if (top === undefined) {
    throw new AssayError('ASSAY_DVC_NO_REVISION', `${root} is not in a git repository: it has no revisions`, {
      hint: 'Leave out --rev.',
    });
  }
  const commit = await commitNamed(top, options.rev);
  if (commit === undefined) throw noRevision(options.rev, top);
  const tree = await commitTree(top, commit, relative(top, root).split(sep).join('/'));
  return source(new SourceFiles(tree, { root, rev: commit }, options.given ?? {}, visit), commit, '', root);
}

async function openClone(url: string, visit: Visit, options: SourceOptions): Promise<Source> {
  checkAddress(url);
  const { folder, commit } = await cloneAt(url, options.rev, visit);
  const origin = /^file:\/\//i.test(url) ? localFolder(fileURLToPath(url), []) : undefined;
  const root = origin === undefined ? undefined : repositoryRoot(origin);
  const tree: PlainTree = await commitTree(folder, commit);
  const place = { root: root ?? join(folder, 'tree'), rev: commit };
  return source(new SourceFiles(tree, place, options.given ?? {}, visit), commit, '', undefined);
}

function source(files: SourceFiles, commit: string | undefined, start: string, root: string | undefined): Source {
  return { files, commit, start, root, close: () => files.close() };
}

function localFolder(url: string, bases: readonly string[]): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(url)) return undefined;
  const places = bases.length === 0 ? [url] : bases.map((base) => resolve(base, url));
  return places.find((place) => statSync(place, { throwIfNoEntry: false })?.isDirectory());
}

/** The folder of the DVC repository, or of the git checkout, that a folder lies in. */
function repositoryRoot(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.dvc')) || existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
