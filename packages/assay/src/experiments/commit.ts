import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { Workplace } from '../data/index.ts';
import {
  gitTopOf,
  indexOf,
  type LockedStage,
  lockedStageFields,
  pythonJson,
  readIndex,
  requireGit,
  runGit,
  type TrackedStage,
  workspaceTree,
} from '../dvc/index.ts';
import { experimentExists, refOf } from './refs.ts';
import { commitTree, Snapshot } from './snapshot.ts';

export interface ExperimentCommit {
  readonly name: string;
  readonly baseline: string;
  /** What the commit comes after. */
  readonly parent: string;
  /** What the lock says of the stages that make the experiment; its name in the message is made of them. */
  readonly changed: ReadonlyMap<TrackedStage, LockedStage>;
  readonly message?: string | undefined;
  /** Replaces an experiment of this name. */
  readonly force: boolean;
  /** Files that git does not track, relative to the top, ignored ones too. */
  readonly include?: readonly string[];
  /** Stages whose own files count, untracked or not. */
  readonly stages: readonly TrackedStage[];
}

/**
 * Commits the workspace as an experiment, without touching the person's index, branch or files.
 * @returns the commit
 * @throws AssayError `ASSAY_EXP_EXISTS`, `ASSAY_GIT_FAILED`
 */
export async function commitExperiment(workplace: Workplace, commit: ExperimentCommit): Promise<string> {
  const top = gitTopOf(workplace.repository);
  using snapshot = await Snapshot.of(top);
  await snapshot.takeTracked();
  await snapshot.takeUntracked(await ownFiles(workplace, commit.stages));
  await snapshot.takeUntracked(commit.include ?? [], { ignored: true });
  const tree = await snapshot.tree();
  const message = commit.message ?? `dvc: commit experiment ${experimentHash(commit.changed)}`;
  const rev = await commitTree(top, tree, [commit.parent], message);
  const ref = refOf(commit.baseline, commit.name);
  const old = (await runGit(top, ['rev-parse', '--verify', '--quiet', ref]))?.toString('utf8').trim();
  if (old !== undefined && !commit.force) {
    const sameTree = await runGit(top, ['diff-tree', '--quiet', old, rev]);
    if (sameTree === undefined) throw experimentExists(commit.name);
    return old;
  }
  await requireGit(top, ['update-ref', ref, rev, ...(old === undefined ? ['0'.repeat(rev.length)] : [old])]);
  return rev;
}

/** SHA-256 of the stages' lock entries. */
export function experimentHash(changed: ReadonlyMap<TrackedStage, LockedStage>): string {
  const entries = [...changed].flatMap(([stage, locked]) =>
    stage.name === undefined ? [] : [[stage.name, lockedStageFields(locked)] as const],
  );
  return hash('sha256', pythonJson(Object.fromEntries(entries), { sortKeys: true }), 'hex');
}

/** Files of stages that belong to git: where they are defined and locked, what they need, what they make outside of the cache. */
async function ownFiles(workplace: Workplace, stages: readonly TrackedStage[]): Promise<readonly string[]> {
  const { repository } = workplace;
  const index = await readIndex(repository, workspaceTree(repository));
  const { byLocation } = indexOf(index.stages);
  const tracked = (location: string): boolean => {
    for (let at = location; at !== '.'; at = posix.dirname(at)) if (byLocation.get(at)?.out.cache) return true;
    return false;
  };
  const files = new Set<string>();
  const take = (location: string) => {
    if (!location.includes('://') && !posix.isAbsolute(location) && !tracked(location)) files.add(location);
  };
  for (const stage of stages) {
    take(stage.file);
    if (stage.name !== undefined) take(posix.join(posix.dirname(stage.file), 'dvc.lock'));
    for (const dep of stage.deps) if (!dep.repo && !dep.db) take(dep.location);
    for (const { file } of stage.params) take(posix.normalize(posix.join(stage.wdir, file)));
    for (const out of stage.outs) if (!out.cache) take(out.location);
  }
  for (const location of topLevelFiles(index)) take(location);
  return toGitPaths(workplace, [...files]);
}

/** Metrics, plots and parameters that a `dvc.yaml` names beside its stages. */
export function topLevelFiles(index: Awaited<ReturnType<typeof readIndex>>): readonly string[] {
  return index.pipelines.flatMap(({ file, metrics, params, plots }) => {
    const named = plots.flatMap((plot) => plotFiles(plot));
    return [...metrics, ...params, ...named].map((path) => posix.normalize(posix.join(posix.dirname(file), path)));
  });
}

function plotFiles(plot: unknown): readonly string[] {
  if (typeof plot === 'string') return [plot];
  if (typeof plot !== 'object' || plot === null) return [];
  return Object.entries(plot).flatMap(([id, options]: [string, unknown]) => {
    const y = typeof options === 'object' && options !== null && 'y' in options ? options.y : undefined;
    return typeof y === 'object' && y !== null && !Array.isArray(y) ? Object.keys(y) : [id];
  });
}

/** Those that are there, relative to git's top. */
export function toGitPaths({ repository }: Workplace, locations: readonly string[]): readonly string[] {
  const offset = relative(gitTopOf(repository), repository.root).split(sep).join('/');
  return locations
    .filter((location) => existsSync(join(repository.root, location)))
    .map((location) => posix.join(offset, location));
}
