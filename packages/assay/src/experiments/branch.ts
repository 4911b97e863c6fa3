import { commitOf, type Workplace } from '../data/index.ts';
import { gitTopOf, requireGit, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { findExperiment, headOf, listExperiments, noExperiment } from './refs.ts';

/**
 * Makes a git branch of an experiment.
 * @param branch `<name>-branch` unless given
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`, `ASSAY_EXP_BRANCH`
 */
export async function branchExperiment(
  { repository }: Workplace,
  name: string,
  branch: string | undefined,
): Promise<{ readonly branch: string; readonly name: string }> {
  const top = gitTopOf(repository);
  const all = await listExperiments(repository);
  const head = await headOf(repository);
  let found = findExperiment(all, name, head);
  if (!found) {
    const rev = await commitOf(repository, name).catch(() => undefined);
    const matches = all.filter((one) => one.rev === rev);
    found = matches.find(({ baseline }) => baseline === head) ?? matches[0];
  }
  if (!found?.rev) throw noExperiment([name]);
  const wanted = branch ?? `${found.name}-branch`;
  if ((await runGit(top, ['check-ref-format', '--branch', wanted])) === undefined || wanted.startsWith('-')) {
    throw new AssayError('ASSAY_EXP_BRANCH', `${JSON.stringify(wanted)} cannot be the name of a branch`, {
      hint: 'See git-check-ref-format.',
    });
  }
  const ref = `refs/heads/${wanted}`;
  if ((await runGit(top, ['show-ref', '--verify', '--quiet', ref])) !== undefined) {
    throw new AssayError('ASSAY_EXP_BRANCH', `there is a git branch ${wanted} already`, {
      hint: 'Name another one: assay exp branch NAME BRANCH.',
    });
  }
  const reason = `dvc: Created from experiment '${found.name}'`;
  await requireGit(top, ['update-ref', '-m', reason, ref, found.rev, '0'.repeat(found.rev.length)]);
  return { branch: wanted, name: found.name };
}
