import { commitStage, findStages, ParamsCache, type Workplace } from '../data/index.ts';
import { gitTopOf, type LockedStage, readIndex, requireGit, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { commitExperiment, toGitPaths, topLevelFiles } from './commit.ts';
import { headOf } from './refs.ts';
import { chooseName } from './request.ts';
import { autoPush } from './share.ts';

export interface SaveOptions {
  readonly targets: readonly string[];
  readonly name: string | undefined;
  readonly recursive: boolean;
  readonly force: boolean;
  /** Files that git does not track; relative to the repository's root. */
  readonly include: readonly string[];
  readonly message: string | undefined;
}

/**
 * Saves the workspace as it is as an experiment: what lies there is taken as the stages' results. The caller holds the
 * repository's lock.
 * @throws AssayError `ASSAY_EXP_NAME`, `ASSAY_EXP_EXISTS`, `ASSAY_PATH_MISSING`, `ASSAY_GIT_FAILED`
 */
export async function saveExperiment(
  workplace: Workplace,
  options: SaveOptions,
): Promise<{ readonly name: string; readonly rev: string }> {
  const { repository } = workplace;
  const baseline = await headOf(repository);
  const name = await chooseName(repository, baseline, options);
  const index = await readIndex(repository, workspaceTree(repository));
  const { targets, recursive } = options;
  const named = targets.length > 0 ? await findStages(workplace, targets, { recursive, index }) : index.stages;
  const params = new ParamsCache(workplace);
  for (const stage of named) await commitStage(workplace, stage, params);
  const after = await readIndex(repository, workspaceTree(repository));
  const changed = new Map<TrackedStage, LockedStage>();
  for (const stage of after.stages) {
    if (stage.locked && named.some(({ address }) => address === stage.address)) changed.set(stage, stage.locked);
  }
  const include = toGitPaths(workplace, [...options.include, ...topLevelFiles(index), 'dvc.lock']);
  if (
    include.length < options.include.length &&
    toGitPaths(workplace, options.include).length < options.include.length
  ) {
    throw new AssayError('ASSAY_PATH_MISSING', `not all of ${options.include.join(', ')} is there`, {
      hint: 'Name files and folders of this repository.',
    });
  }
  const { message, force } = options;
  const rev = await commitExperiment(workplace, {
    name,
    baseline,
    parent: baseline,
    changed,
    message,
    force,
    include,
    stages: [],
  });
  // As after a run: what was staged is in the experiment.
  await requireGit(gitTopOf(repository), ['reset', '--quiet']);
  await autoPush(workplace, name);
  return { name, rev };
}
