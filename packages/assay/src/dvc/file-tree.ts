import { constants, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { IgnoreRules } from '../workspace/index.ts';
import { runGit } from './git-command.ts';
import { GitObjects } from './git-objects.ts';
import type { Repository } from './repository.ts';

/** The files of a repository, as they lie in the workspace or as a commit has them. Paths are relative to the root, with `/`. */
export interface FileTree {
  /** Undefined for the workspace. */
  readonly rev: string | undefined;
  /** Undefined where there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** `.dvc` files, `dvc.yaml`, and all else that is not ignored; of the workspace only what may say what is tracked. */
  files(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @param outs folders that are outputs: DVC does not look for its files inside of them */
export function workspaceTree(repository: Repository): FileTree {
  let found: readonly string[] | undefined;
  return {
    rev: undefined,
    async read(path) {
      if (path.startsWith('../') || posix.isAbsolute(path)) {
        throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${path} lies outside of the repository`, {
          hint: 'Name a file inside of the repository.',
        });
      }
      try {
        // A pipe would be waited for without end. At once: they are small, and there may be thousands.
        return readFileSync(join(repository.root, path), { flag: constants.O_RDONLY | constants.O_NONBLOCK });
      } catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
        throw error;
      }
    },
    async files() {
      found ??= trackingFiles(repository);
      return found;
    },
    async close() {},
  };
}

/** True of a file that says what is tracked: `*.dvc` but not `.dvc` itself, and `dvc.yaml`. */
export function isTrackingFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'dvc.yaml' || (name.endsWith('.dvc') && name !== '.dvc');
}

/** A walk that leaves out what `.dvcignore` says, what git ignores as a folder, and repositories inside of this one. */
function trackingFiles(repository: Repository): readonly string[] {
  const files: string[] = [];
  const git = repository.gitTop === undefined ? undefined : new IgnoreRules(repository.gitTop, ['.gitignore']);
  const offset = repository.gitTop === undefined ? '' : relative(repository.gitTop, repository.root);
  const walk = (folder: string) => {
    const entries = readdirSync(join(repository.root, folder), { withFileTypes: true });
    if (folder !== '' && entries.some((entry) => entry.name === '.dvc' && entry.isDirectory())) return;
    const folders: string[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (repository.ignore.ignores(path, true)) continue;
        if (git?.ignores(offset === '' ? path : `${offset}/${path}`, true)) continue;
        folders.push(path);
      } else if (isTrackingFile(path) && !repository.ignore.ignores(path, false)) files.push(path);
    }
    // A folder's own files come first, as DVC lists them.
    for (const path of folders) walk(path);
  };
  walk('');
  return files;
}

/**
 * The tree of a commit.
 * @param rev a full commit id
 */
export function revisionTree(repository: Repository, rev: string): FileTree {
  const top = gitTopOf(repository);
  const offset = relative(top, repository.root);
  const objects = new GitObjects(top);
  let listing: Promise<ReadonlyMap<string, string>> | undefined;
  const entries = () => {
    listing ??= listTree(top, rev, offset);
    return listing;
  };
  return {
    rev,
    async read(path) {
      const id = (await entries()).get(path);
      return id === undefined ? undefined : objects.blob(id);
    },
    async files() {
      return [...(await entries()).keys()];
    },
    close: () => objects.close(),
  };
}

/** Whether git has no commit yet. */
export async function isUnborn({ gitTop }: Repository): Promise<boolean> {
  return gitTop !== undefined && (await runGit(gitTop, ['rev-parse', '--quiet', '--verify', 'HEAD'])) === undefined;
}

/**
 * A full commit id for what a person calls a revision.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT`
 */
export async function resolveRevision(repository: Repository, name: string): Promise<string> {
  const top = gitTopOf(repository);
  const found = name.startsWith('-')
    ? undefined
    : await runGit(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (found === undefined) {
    throw new AssayError('ASSAY_DVC_NO_REVISION', `there is no revision ${JSON.stringify(name)} in ${top}`, {
      hint: 'Name a branch, a tag, a commit, or an experiment.',
    });
  }
  return found.toString('utf8').trim();
}

/** @throws AssayError `ASSAY_DVC_NO_GIT` */
export function gitTopOf(repository: Repository): string {
  if (repository.gitTop !== undefined) return repository.gitTop;
  throw new AssayError('ASSAY_DVC_NO_GIT', `${repository.root} is not in a git repository, or does not use it`, {
    hint: 'Revisions need git: run `git init`, and `assay config --unset core.no_scm` if that is set.',
  });
}

async function listTree(top: string, rev: string, offset: string): Promise<ReadonlyMap<string, string>> {
  const prefix = offset === '' ? '' : `${offset}/`;
  const listed = await runGit(top, [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    rev,
    ...(offset === '' ? [] : ['--', prefix]),
  ]);
  const entries = new Map<string, string>();
  for (const line of listed?.toString('utf8').split('\0') ?? []) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const [mode, type, id = ''] = line.slice(0, tab).split(' ');
    if (type === 'blob' && mode !== '120000') entries.set(line.slice(tab + 1 + prefix.length), id);
  }
  return entries;
}
