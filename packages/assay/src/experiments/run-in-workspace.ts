import { basename } from 'node:path';
import { checkoutTarget, checkUnused, locked, type Workplace } from '../data/index.ts';
import { gitTopOf, type LockedStage, requireGit, type TrackedStage } from '../dvc/index.ts';
import {
  type Confirm,
  planReproduction,
  type ReproduceDependencies,
  type Run,
  type RunEvent,
  reproduce,
} from '../runs/index.ts';
import { acquireLock } from '../workspace/index.ts';
import { commitExperiment, toGitPaths } from './commit.ts';
import { queueFolders } from './queue-files.ts';
import { headOf } from './refs.ts';
import { chooseName, type ExperimentRequest, type ExperimentSettings, writeOverrides } from './request.ts';
import { writeRunFiles } from './run-files.ts';
import { autoPush } from './share.ts';

export interface ExperimentListeners {
  readonly onEvent?: (event: RunEvent) => void;
  /** Asked before a stage is reproduced. */
  readonly confirm?: Confirm;
  readonly signal: AbortSignal;
}

/** How an experiment ended; without a commit, when a stage failed. */
export interface RanExperiment {
  readonly name: string;
  readonly rev: string | undefined;
  readonly run: Run | undefined;
  /** Why there is no commit. */
  readonly error: string | undefined;
}

/**
 * Runs an experiment in the workspace, which then holds its results; the branch stays where it is.
 * @throws AssayError of the name, the overrides, the stages, and of git
 */
export async function runInWorkspace(
  workplace: Workplace,
  request: ExperimentRequest,
  dependencies: () => Promise<ReproduceDependencies>,
  listeners: ExperimentListeners & { readonly onName?: (name: string) => void },
): Promise<RanExperiment> {
  const { repository, clock } = workplace;
  const shared = await dependencies();
  using _lock = await acquireLock(shared.project.paths.locks, 'exp-workspace', {
    command: 'assay exp run',
    now: clock(),
    wait: true,
    onWait: (holder) => workplace.onNote?.(`Waiting for the experiment that process ${holder?.pid} runs here.`),
    signal: listeners.signal,
  });
  const baseline = await headOf(repository);
  const name = await chooseName(repository, baseline, request);
  const { planned, edited } = await locked(workplace, async () => {
    const edited = await writeOverrides(workplace, request.overrides);
    const planned = await planReproduction(workplace, {
      ...request,
      dry: false,
      ...(listeners.confirm && { confirm: listeners.confirm }),
    });
    await restoreOutputs(workplace, planned);
    return { planned, edited };
  });
  listeners.onName?.(name);
  const { runs } = queueFolders(repository);
  const files = writeRunFiles(runs, 'workspace', {
    top: gitTopOf(repository),
    root: repository.root,
    baseline,
    name,
    location: 'workspace',
  });
  try {
    const { run, changed } = await runStages(workplace, planned, request, async () => shared, {
      ...listeners,
      command: 'assay exp run',
      name: basename(repository.root),
      description: `experiment ${name}`,
      variables: experimentVariables(repository.root, baseline, name),
    });
    if (run && !isEnough(run, request)) return { name, rev: undefined, run, error: `its run ${run.id} ${run.state}` };
    const rev = await commitExperiment(workplace, {
      name,
      baseline,
      parent: baseline,
      changed,
      message: request.message,
      force: request.force,
      include: toGitPaths(workplace, edited),
      stages: planned,
    });
    await autoPush(workplace, name);
    return { name, rev, run, error: undefined };
  } finally {
    files.remove();
    // DVC restores HEAD so: what was staged is in the experiment, and no longer staged.
    await requireGit(gitTopOf(repository), ['reset', '--quiet']);
  }
}

/** Whether a run's results make an experiment: failures may have been declared to count for nothing. */
export function isEnough(run: Run, { onFailure }: ExperimentSettings): boolean {
  return run.state === 'succeeded' || (run.state === 'failed' && onFailure === 'ignore');
}

/** Of every command of an experiment, as DVC sets them. */
export function experimentVariables(root: string, baseline: string, name: string): Readonly<Record<string, string>> {
  return { DVC_ROOT: root, DVC_EXP_BASELINE_REV: baseline, DVC_EXP_NAME: name };
}

export async function runStages(
  workplace: Workplace,
  planned: readonly TrackedStage[],
  settings: ExperimentSettings,
  dependencies: () => Promise<ReproduceDependencies>,
  options: ExperimentListeners & {
    readonly command: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly name: string;
    readonly description: string;
  },
): Promise<{ readonly run: Run | undefined; readonly changed: ReadonlyMap<TrackedStage, LockedStage> }> {
  if (planned.every((stage) => stage.cmd.length === 0)) return { run: undefined, changed: new Map() };
  return reproduce(workplace, planned, await dependencies(), {
    force: settings.force,
    noRunCache: settings.noRunCache,
    forceDownstream: settings.forceDownstream,
    onFailure: settings.onFailure,
    noCommit: false,
    allowMissing: settings.allowMissing,
    jobs: 1,
    ...options,
  });
}

/** Results that were changed by hand become again what the lock says, so that what comes of them can be told. */
export async function restoreOutputs(workplace: Workplace, stages: readonly TrackedStage[]): Promise<void> {
  checkUnused(workplace, { write: stages.flatMap((stage) => stage.outs) });
  for (const stage of stages) {
    for (const out of stage.outs) {
      if (out.cache && out.checksum)
        await checkoutTarget(workplace, { stage, out }, { force: true, allowMissing: true });
    }
  }
}
