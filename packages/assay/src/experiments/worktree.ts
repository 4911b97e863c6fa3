import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeSettings, openCache, type Workplace } from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import { type ConfigChange, configFile, gitTopOf, openRepository, type Repository, requireGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { acquireLock } from '../workspace/index.ts';

/** Nothing of the person's runs when a worktree is made. */
const noHooks = ['-c', 'core.hooksPath=/dev/null'] as const;

/**
 * Makes a git worktree in a folder that holds what a commit has, with the cache and the local settings of the repository.
 * @param head what the worktree's HEAD is to be
 * @returns a workplace in it
 * @throws AssayError `ASSAY_GIT_FAILED`, `ASSAY_PATH_MISSING` of a path to copy
 */
export async function makeWorktree(
  workplace: Workplace,
  folder: string,
  {
    head,
    commit,
    copyPaths,
  }: { readonly head: string; readonly commit: string; readonly copyPaths: readonly string[] },
): Promise<Workplace> {
  const { repository, environment } = workplace;
  const top = gitTopOf(repository);
  await removeWorktree(workplace, folder);
  mkdirSync(dirname(folder), { recursive: true });
  await changeWorktrees(workplace, () =>
    requireGit(top, [...noHooks, 'worktree', 'add', '--force', '--quiet', '--detach', '--no-checkout', folder, head]),
  );
  await requireGit(folder, [...noHooks, 'read-tree', '--reset', '-u', commit]);
  const root = join(folder, relative(top, repository.root));
  for (const path of copyPaths) {
    const from = resolve(workplace.directory, path);
    const within = relative(repository.root, from);
    if (!existsSync(from) || within.startsWith('..') || isAbsolute(within)) {
      throw new AssayError('ASSAY_PATH_MISSING', `--copy-paths: ${path} is not in the repository`, {
        hint: 'Name files and folders of the repository.',
      });
    }
    cpSync(from, join(root, within), { recursive: true });
  }
  mkdirSync(join(root, '.dvc'), { recursive: true });
  const local = configFile(repository.folder, 'local', environment);
  const ownLocal = configFile(join(root, '.dvc'), 'local', environment);
  if (existsSync(local)) replaceFile(ownLocal, readFileSync(local), { mode: 0o600, sync: false });
  const bare = openRepository(root, environment);
  changeSettings(
    bare,
    'local',
    [{ section: 'cache', option: 'dir', value: repository.cache }, ...remotesFrom(repository)],
    environment,
  );
  const opened = openRepository(root, environment);
  return { ...workplace, repository: opened, cache: openCache(opened), directory: root };
}

/** Remotes whose addresses are paths relative to a config file, as absolute ones. */
function remotesFrom({ config }: Repository): readonly ConfigChange[] {
  return config.remotes().flatMap((name) => {
    const section = `remote "${name}"`;
    const found = config.origin(section, 'url');
    if (!found || isAbsolute(found.value) || /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(found.value)) return [];
    return [{ section, option: 'url', value: resolve(dirname(found.file), found.value) }];
  });
}

export async function removeWorktree(workplace: Workplace, folder: string): Promise<void> {
  if (existsSync(folder)) {
    const remove = ['worktree', 'remove', '--force', '--force', folder];
    await changeWorktrees(workplace, () => requireGit(gitTopOf(workplace.repository), remove)).catch((error) => {
      // A folder that git does not know, or not any more.
      if (!(error instanceof AssayError)) throw error;
    });
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Runs a change to git's list of worktrees, one at a time. Git reads the whole list for each, and fails at one that another git
 * is just making or removing; one that is not ours is waited for.
 */
async function changeWorktrees<T>({ repository, clock, signal }: Workplace, change: () => Promise<T>): Promise<T> {
  using _lock = await acquireLock(join(repository.temporary, 'assay'), 'worktrees', {
    command: 'assay exp',
    now: clock(),
    wait: true,
  });
  for (let tries = 1; ; tries++) {
    try {
      return await change();
    } catch (error) {
      const isBetween = error instanceof AssayError && error.message.includes('commondir');
      if (!isBetween || tries === 20 || signal.aborted) throw error;
      await sleep(20 + Math.random() * 80);
    }
  }
}
