import { existsSync } from 'node:fs';
import { posix, relative, sep } from 'node:path';
import { findStages, locationOf, placeOf, takeDataFile, type Workplace } from '../data/index.ts';
import { gitTopOf } from '../dvc/index.ts';
import { planReproduction } from '../runs/index.ts';
import { argumentsFile, writtenArguments } from './arguments-file.ts';
import { type ExperimentRequest, overriddenFiles } from './request.ts';
import { experimentVariables } from './run-in-workspace.ts';
import { commitTree, Snapshot, stagedCommit } from './snapshot.ts';

/** What an experiment begins from that is to run elsewhere, or later. */
export interface StashedExperiment {
  readonly commit: string;
  readonly message: string;
  readonly name: string;
  readonly baseline: string;
}

/**
 * Keeps the workspace with the request's parameters as a commit, from which the experiment can be run anywhere. The workspace,
 * the index and the branch stay as they are; data that was changed by hand goes into the cache. The caller holds the
 * repository's lock.
 * @throws AssayError of the overrides, the targets, and of git
 */
export async function stashExperiment(
  workplace: Workplace,
  request: ExperimentRequest,
  { name, baseline }: { readonly name: string; readonly baseline: string },
): Promise<StashedExperiment> {
  const { repository } = workplace;
  const top = gitTopOf(repository);
  const offset = relative(top, repository.root).split(sep).join('/');
  const inGit = (location: string) => posix.join(offset, location);
  const staged = await stagedCommit(top, baseline);
  using snapshot = await Snapshot.of(top);
  await snapshot.takeTracked();
  for (const [location, text] of await overriddenFiles(workplace, request.overrides)) {
    await snapshot.put(inGit(location), text);
  }
  for (const stage of await planReproduction(workplace, { ...request, pull: false, dry: true })) {
    if (stage.name !== undefined || stage.cmd.length > 0 || stage.deps.length > 0) continue;
    if (!stage.outs.every((out) => existsSync(placeOf(workplace, out) ?? ''))) continue;
    const { text, next } = await takeDataFile(workplace, stage);
    if (next !== text) await snapshot.put(inGit(stage.file), next);
  }
  const settings = { ...request, targets: await fromRoot(workplace, request) };
  const kept = writtenArguments(settings, experimentVariables(repository.root, baseline, name));
  await snapshot.put(inGit(relative(repository.root, argumentsFile(repository)).split(sep).join('/')), kept);
  const message = `dvc-exp:${baseline}:${baseline}:${name}`;
  return { commit: await commitTree(top, await snapshot.tree(), [baseline, staged], message), message, name, baseline };
}

/** Targets that mean the same from the root of the repository. */
async function fromRoot(
  workplace: Workplace,
  { targets, recursive, glob }: ExperimentRequest,
): Promise<readonly string[]> {
  const folder = locationOf(workplace, '.');
  if (folder === '.') return targets;
  if (targets.length === 0) return [posix.join(folder, 'dvc.yaml')];
  return (await findStages(workplace, targets, { recursive, glob: glob === true })).map(({ address }) => address);
}
