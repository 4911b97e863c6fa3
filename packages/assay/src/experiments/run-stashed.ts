import { locked, type Workplace } from '../data/index.ts';
import type { TrackedStage } from '../dvc/index.ts';
import { planReproduction, type ReproduceDependencies } from '../runs/index.ts';
import { headOf } from './refs.ts';
import { chooseName, type ExperimentRequest } from './request.ts';
import type { ExperimentListeners, RanExperiment } from './run-in-workspace.ts';
import { runInWorktree, worktreeOf } from './run-in-worktree.ts';
import { stashExperiment } from './stash-experiment.ts';
import { makeWorktree, removeWorktree } from './worktree.ts';

/** Runs an experiment at once, in a folder of its own; the workspace stays as it is. */
export async function runAside(
  workplace: Workplace,
  request: ExperimentRequest,
  dependencies: () => Promise<ReproduceDependencies>,
  listeners: ExperimentListeners & { readonly onName?: (name: string) => void },
): Promise<RanExperiment> {
  const { repository } = workplace;
  const baseline = await headOf(repository);
  const name = await chooseName(repository, baseline, request);
  const { commit } = await locked(workplace, () => stashExperiment(workplace, request, { name, baseline }));
  listeners.onName?.(name);
  const { message, copyPaths } = request;
  const task = { stash: commit, head: baseline, baseline, name, message, copyPaths, location: 'tempdir' } as const;
  return runInWorktree(workplace, task, dependencies, listeners);
}

/** The stages that an experiment would run, told by `tell` while a folder with what it begins from is there. */
export async function tryExperiment(
  workplace: Workplace,
  request: ExperimentRequest,
  tell: (workplace: Workplace, stages: readonly TrackedStage[]) => Promise<void>,
): Promise<void> {
  const { repository } = workplace;
  const baseline = await headOf(repository);
  const { commit } = await locked(workplace, () => stashExperiment(workplace, request, { name: 'dry', baseline }));
  const folder = worktreeOf(workplace, commit);
  try {
    const there = await makeWorktree(workplace, folder, { head: baseline, commit, copyPaths: request.copyPaths });
    await tell(there, await planReproduction(there, { ...request, pull: false, dry: true }));
  } finally {
    await removeWorktree(workplace, folder);
  }
}
