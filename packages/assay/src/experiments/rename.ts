import type { Workplace } from '../data/index.ts';
import { gitTopOf, requireGit } from '../dvc/index.ts';
import {
  checkName,
  experimentExists,
  headOf,
  listExperiments,
  listRemoteExperiments,
  matchExperiments,
  refOf,
  remoteRefs,
} from './refs.ts';

export interface RenameOptions {
  /** Replaces an experiment of the new name. */
  readonly force: boolean;
  /** On this git remote, in place of here. */
  readonly remote?: string | undefined;
}

/**
 * Gives an experiment another name.
 * @returns false when it has that name already
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_EXISTS`, `ASSAY_EXP_NAME`, `ASSAY_EXP_REMOTE`, `ASSAY_GIT_FAILED`
 */
export async function renameExperiment(
  { repository }: Workplace,
  name: string,
  next: string,
  { force, remote }: RenameOptions,
): Promise<boolean> {
  if (name === next) return false;
  const top = gitTopOf(repository);
  const all =
    remote === undefined ? await listExperiments(repository) : await listRemoteExperiments(repository, remote);
  const [found] = matchExperiments(all, [name], await headOf(repository));
  const { ref, baseline } = found!;
  await checkName(repository, next, baseline);
  const target = refOf(baseline, next);
  if (all.some((one) => one.ref === target) && !force) throw experimentExists(next);
  if (remote === undefined) {
    await requireGit(top, ['update-ref', '--stdin'], {
      input: `update ${target} ${found!.rev}\ndelete ${ref} ${found!.rev}\n`,
    });
    return true;
  }
  const rev = (await remoteRefs(repository, remote)).get(ref)!;
  // The commit may not be here.
  await requireGit(top, ['fetch', '--quiet', '--no-tags', '--end-of-options', remote, ref]);
  const updates = [`${force ? '+' : ''}${rev}:${target}`, `:${ref}`];
  await requireGit(top, ['push', '--quiet', '--atomic', '--end-of-options', remote, ...updates]);
  return true;
}
