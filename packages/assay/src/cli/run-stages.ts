import { join, posix } from 'node:path';
import { locked, type Workplace } from '../data/index.ts';
import type { TrackedStage } from '../dvc/index.ts';
import { planReproduction, type ReproduceOptions, reproduce } from '../runs/index.ts';
import type { Context } from './context.ts';
import { stageInGit } from './git-changes.ts';
import type { Output } from './output.ts';
import { reproduceDependencies, runExitCode } from './reproduction.ts';
import { RunReport, runResult } from './run-report.ts';

/** Runs planned stages as a recorded run, and tells of it. @returns the exit code */
export async function runStages(
  context: Context,
  workplace: Workplace,
  stages: readonly TrackedStage[],
  options: Omit<ReproduceOptions, 'onEvent'>,
  output: Output,
): Promise<number> {
  const { repository } = workplace;
  const dependencies = await reproduceDependencies(context, repository.root, output);
  const report = new RunReport(output);
  try {
    const { run, changed } = await reproduce(workplace, stages, dependencies, {
      ...options,
      onEvent: (event) => report.tell(event),
    });
    await stageInGit(
      repository,
      [...new Set([...changed.keys()].flatMap(filesBeside))].map((file) => join(repository.root, file)),
    );
    output.result(runResult(run));
    return runExitCode(run, output, options.onFailure === 'ignore');
  } finally {
    report.close();
  }
}

/** One stage, whatever the others are like. */
export async function runStage(
  context: Context,
  workplace: Workplace,
  name: string,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const options = { singleItem: true, targets: [name], force: true, noRunCache: false, noCommit: false };
  const rest = { pipeline: false, allPipelines: false, recursive: false, downstream: false, pull: false };
  const choice = { ...options, ...rest, allowMissing: false, dry: false };
  const planned = await locked(workplace, () => planReproduction(workplace, choice));
  return runStages(context, workplace, planned, { ...choice, jobs: 1, command: 'assay stage add', signal }, output);
}

/** What a run of a stage changes of what git keeps. */
function filesBeside(stage: TrackedStage): readonly string[] {
  const ignoring = stage.outs
    .filter((out) => out.cache)
    .map((out) => posix.join(posix.dirname(out.location), '.gitignore'));
  const kept = stage.outs.filter((out) => !out.cache).map((out) => out.location);
  return [posix.join(posix.dirname(stage.file), 'dvc.lock'), ...ignoring, ...kept];
}
