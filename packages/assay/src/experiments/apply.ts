import { rmSync } from 'node:fs';
import { checkoutTarget, checkUnused, findTargets, type Workplace } from '../data/index.ts';
import { gitTopOf, requireGit, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { argumentsFile } from './arguments-file.ts';
import { experimentRefs, headOf } from './refs.ts';
import { resolveExperiment } from './resolve.ts';
import { commitTree, Snapshot, stagedCommit } from './snapshot.ts';

/**
 * Makes the workspace what an experiment, or what a queued one begins from. Files that it does not have stay; what lay there
 * before is kept in `refs/exps/apply/stash`, as DVC keeps it. The caller holds the repository's lock.
 * @returns the commit
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`, `ASSAY_OBJECT_MISSING`
 */
export async function applyExperiment(workplace: Workplace, name: string): Promise<string> {
  const { repository } = workplace;
  const top = gitTopOf(repository);
  const rev = await resolveExperiment(workplace, name);
  const head = await headOf(repository);
  checkUnused(workplace, { write: (await findTargets(workplace, [])).map(({ out }) => out) });
  await keepWorkspace(top, head, rev, name);
  {
    using snapshot = await Snapshot.of(top);
    // Files that are alike keep what git knows of them, and are not written.
    await snapshot.takeTracked();
    await snapshot.git(['read-tree', '--reset', rev]);
    await snapshot.git(['checkout-index', '--all', '--force', '--quiet']);
  }
  rmSync(argumentsFile(repository), { force: true });
  await requireGit(top, ['reset', '--quiet']);
  const missing: string[] = [];
  for (const target of await findTargets(workplace, [])) {
    if (!target.out.checksum) continue;
    const done = await checkoutTarget(workplace, target, { force: true, allowMissing: true });
    if (done && done.missing.length > 0) missing.push(target.out.location);
  }
  await requireGit(top, ['update-ref', experimentRefs.applied, rev]);
  if (missing.length > 0) {
    const list = missing.length > 5 ? `${missing.slice(0, 5).join(', ')} and more` : missing.join(', ');
    throw new AssayError('ASSAY_DVC_NOT_IN_CACHE', `the experiment was applied, but the cache lacks ${list}`, {
      hint: 'Fetch it: assay exp pull, assay pull, or run it again: assay repro.',
    });
  }
  return rev;
}

/** Tracked files as they are, what is staged, and untracked files: a commit with three parents, as `git stash -u` makes it. */
async function keepWorkspace(top: string, head: string, rev: string, name: string): Promise<void> {
  await requireGit(top, ['update-ref', experimentRefs.applyHead, head]);
  await runGit(top, ['update-ref', '-d', experimentRefs.applyStash]);
  const message = `dvc-exp-apply:${head}:${rev}:${name}`;
  const staged = await stagedCommit(top, head);
  using snapshot = await Snapshot.of(top);
  await snapshot.takeTracked();
  const tree = await snapshot.tree();
  await snapshot.git(['read-tree', '--empty']);
  await snapshot.takeUntracked(await untrackedFiles(top));
  const untracked = await snapshot.tree();
  const emptyTree = await requireGit(top, ['hash-object', '-t', 'tree', '--stdin'], { input: '' });
  const changed = (await runGit(top, ['diff-tree', '--quiet', head, tree])) === undefined;
  if (!changed && untracked === emptyTree) return;
  const parents = [head, staged];
  if (untracked !== emptyTree)
    parents.push(await commitTree(top, untracked, [], `untracked files on ${head.slice(0, 7)}`));
  const stash = await commitTree(top, tree, parents, message);
  await requireGit(top, [
    'update-ref',
    '--create-reflog',
    '-m',
    `commit: ${message}`,
    experimentRefs.applyStash,
    stash,
  ]);
}

async function untrackedFiles(top: string): Promise<readonly string[]> {
  const listed = await requireGit(top, ['ls-files', '-z', '--others', '--exclude-standard', '--', ':/']);
  return listed.split('\0').filter((path) => path !== '');
}
