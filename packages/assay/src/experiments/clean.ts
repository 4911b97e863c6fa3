import { join, relative } from 'node:path';
import type { Workplace } from '../data/index.ts';
import { gitTopOf } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { endLeftovers } from '../executors/index.ts';
import { type ReproduceDependencies, recoverCheckout } from '../runs/index.ts';
import { acquireLock } from '../workspace/index.ts';
import { returnOrphans } from './claims.ts';
import { filesOf, queueFolders } from './queue-files.ts';
import { removeWorktree } from './worktree.ts';

/**
 * Clears up after runs that were killed: their processes end, their records say so, their folders go, and their tasks wait in
 * the queue again. What lives is left alone.
 * @returns names of the experiments that wait again
 */
export async function cleanExperiments(
  workplace: Workplace,
  { project, records, live, clock }: ReproduceDependencies,
): Promise<readonly string[]> {
  const { repository } = workplace;
  const folders = queueFolders(repository);
  const offset = relative(gitTopOf(repository), repository.root);
  for (const name of filesOf(folders.worktrees)) {
    const stash = /^assay-([0-9a-f]{16})$/.exec(name)?.[1];
    if (stash === undefined) continue;
    const folder = join(folders.worktrees, name);
    try {
      using _lock = await acquireLock(project.paths.locks, `exp-${stash}`, {
        command: 'assay exp clean',
        now: clock(),
      });
      const own = { ...project, root: join(folder, offset) };
      await recoverCheckout({ project: own, records, live, clock, endLeftovers });
      await removeWorktree(workplace, folder);
    } catch (error) {
      // It lives.
      if (!(error instanceof AssayError) || error.code !== 'ASSAY_LOCK_HELD') throw error;
    }
  }
  return returnOrphans(folders).map((entry) => entry.name ?? entry.stash.slice(0, 7));
}
