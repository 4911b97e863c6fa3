import { appendFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { locked, type Workplace } from '../data/index.ts';
import { gitTopOf } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { endLeftovers } from '../executors/index.ts';
import { planReproduction, type ReproduceDependencies, type Run, recoverCheckout } from '../runs/index.ts';
import { acquireLock } from '../workspace/index.ts';
import { argumentsFile, readArguments } from './arguments-file.ts';
import { commitExperiment, experimentHash } from './commit.ts';
import { queueFolders } from './queue-files.ts';
import { refOf } from './refs.ts';
import { type RunFacts, writeRunFiles } from './run-files.ts';
import {
  type ExperimentListeners,
  experimentVariables,
  isEnough,
  type RanExperiment,
  restoreOutputs,
  runStages,
} from './run-in-workspace.ts';
import { logTo } from './run-log.ts';
import { autoPush } from './share.ts';
import { makeWorktree, removeWorktree } from './worktree.ts';

/** An experiment that is kept as a commit, and is to be run in a folder of its own. */
export interface WorktreeTask {
  readonly stash: string;
  readonly head: string;
  readonly baseline: string;
  readonly name: string;
  readonly message: string | undefined;
  readonly copyPaths: readonly string[];
  readonly location: Exclude<RunFacts['location'], 'workspace'>;
}

/** Where an experiment runs; of the same one always the same, so that what a killed run left is found there. */
export function worktreeOf(workplace: Workplace, stash: string): string {
  return join(queueFolders(workplace.repository).worktrees, `assay-${stash.slice(0, 16)}`);
}

/** Held while it runs; also known from the folder's name. */
function worktreeLock(stash: string): string {
  return `exp-${stash.slice(0, 16)}`;
}

/**
 * Runs an experiment in a git worktree of its own, which is gone afterwards; results are in the cache and in the experiment's
 * commit. A failure is answered, not thrown.
 */
export async function runInWorktree(
  workplace: Workplace,
  task: WorktreeTask,
  dependencies: () => Promise<ReproduceDependencies>,
  listeners: ExperimentListeners,
): Promise<RanExperiment> {
  const { repository, clock } = workplace;
  const { stash, name, baseline, location } = task;
  const shared = await dependencies();
  using _lock = await acquireLock(shared.project.paths.locks, worktreeLock(stash), {
    command: `assay exp run (${name})`,
    now: clock(),
    wait: true,
    signal: listeners.signal,
  });
  const folders = queueFolders(repository);
  const folder = worktreeOf(workplace, stash);
  const root = join(folder, relative(gitTopOf(repository), repository.root));
  const own = { ...shared, project: { ...shared.project, root } };
  // What a killed run of this experiment left must not write into the folder any more.
  await recoverCheckout({ ...own, endLeftovers });
  const runs = location === 'tempdir' ? folders.standaloneRuns : folders.runs;
  const files = writeRunFiles(runs, stash, { top: folder, root, baseline, name, location });
  appendFileSync(files.log, `Reproducing experiment '${name}'\n`);
  let run: Run | undefined;
  try {
    const there = await makeWorktree(workplace, folder, { ...task, commit: stash });
    const settings = readArguments(there.repository);
    rmSync(argumentsFile(there.repository), { force: true });
    const planned = await locked(there, async () => {
      await restoreOutputs(there, await planReproduction(there, { ...settings, dry: true }));
      return planReproduction(there, { ...settings, pull: false, dry: false });
    });
    const log = logTo(files.log, new Map(planned.map((stage) => [stage.address, stage.cmd])));
    const ran = await runStages(there, planned, settings, async () => own, {
      signal: listeners.signal,
      onEvent: (event) => {
        log(event);
        listeners.onEvent?.(event);
      },
      command: `assay exp run (${name})`,
      name: basename(repository.root),
      description: `experiment ${name}`,
      variables: experimentVariables(repository.root, baseline, name),
    });
    run = ran.run;
    if (run && !isEnough(run, settings)) {
      appendFileSync(files.log, `The experiment ${run.state === 'cancelled' ? 'was cancelled' : 'failed'}.\n`);
      files.end({ exitCode: 255 });
      return { name, rev: undefined, run, error: `its run ${run.id} ${run.state}` };
    }
    const { message } = task;
    const rev = await commitExperiment(there, {
      name,
      baseline,
      parent: task.head,
      changed: ran.changed,
      message,
      force: settings.force,
      stages: planned,
    });
    files.end({ exitCode: 0, hash: experimentHash(ran.changed), ref: refOf(baseline, name) });
    await autoPush(workplace, name);
    return { name, rev, run, error: undefined };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    appendFileSync(files.log, `error ${error.code}: ${error.message}\n`);
    files.end({ exitCode: 255 });
    return { name, rev: undefined, run, error: `${error.message} (${error.code})` };
  } finally {
    await removeWorktree(workplace, folder);
    if (location === 'tempdir') files.remove();
  }
}
