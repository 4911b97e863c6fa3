import type { Workplace } from '../data/index.ts';
import type { TrackedStage } from '../dvc/index.ts';
import { type Confirm, type OnFailure, type ReproduceDependencies, type Run, wouldRun } from '../runs/index.ts';
import { confirm } from './confirm.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';
import { ensureLedger } from './recorded-project.ts';
import { implementationOf, launcher } from './stage-code.ts';

/** Options of `repro` and `exp run`. */
export const reproductionOptions = {
  force: { short: 'f', description: 'run stages also where nothing changed' },
  singleItem: { short: 's', description: 'only the targets, not what they need' },
  pipeline: { short: 'p', description: 'the whole pipelines that the targets belong to' },
  allPipelines: { short: 'P', description: 'every pipeline of the repository' },
  recursive: { short: 'R', description: 'targets are folders that hold stages' },
  downstream: { description: 'the targets and all that needs them' },
  pull: { description: 'fetch what is missing from the remote first' },
  allowMissing: { description: 'what is missing, but not changed, does not make a stage run' },
  forceDownstream: { description: 'run what needs a stage that ran, also where that changed nothing' },
  glob: { description: "targets are patterns of stages' names" },
  dry: { description: 'only say what would run' },
  keepGoing: { short: 'k', description: 'run what does not need a stage that failed' },
  ignoreErrors: { description: 'go on after stages that failed, also with what needs them' },
  noRunCache: { description: 'use no remembered results' },
  interactive: { short: 'i', description: 'ask before each stage' },
} as const;

export function onFailureOf({
  keepGoing,
  ignoreErrors,
}: {
  readonly keepGoing: boolean;
  readonly ignoreErrors: boolean;
}): OnFailure {
  return ignoreErrors ? 'ignore' : keepGoing ? 'keep-going' : 'stop';
}

/** Opens what a recorded run needs; the repository gets a ledger where it has none. */
export async function reproduceDependencies(
  context: Context,
  root: string,
  output: Output,
): Promise<ReproduceDependencies> {
  if (await ensureLedger(context, root)) output.note('Made .assay/, which keeps a record of each run.');
  context.checkCanSeal();
  const [records, live] = [await context.records(), await context.live()];
  return {
    project: context.project(),
    records,
    live,
    store: context.objects(),
    implementation: implementationOf,
    launcher: launcher ?? '',
    environment: context.environment,
    clock: context.clock,
  };
}

/** What `--dry` prints. */
export async function tellDryRun(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  force: boolean,
  output: Output,
): Promise<void> {
  const rerun = await wouldRun(workplace, stages, force);
  for (const stage of rerun) {
    output.print(`Running stage '${stage.address}':`);
    for (const one of stage.cmd) output.print(`> ${one}`);
  }
  if (rerun.length === 0) output.print('Data and pipelines are up to date.');
  output.result({ stages: rerun.map((stage) => ({ stage: stage.address, cmd: stage.cmd })) });
}

/** What asks before each stage, where that is wished by an option or by `core.interactive`. */
export function confirmation({ config }: Workplace['repository'], asked: boolean): { readonly confirm?: Confirm } {
  if (!asked && config.flag('core', 'interactive') !== true) return {};
  return { confirm: (stage) => confirm(`Going to reproduce ${stage}. Go on?`) };
}

/** A failure is said also where a run's own lines are not (`--quiet`). */
export function runExitCode(run: Run, output: Output, ignoresErrors = false): number {
  if (run.state === 'succeeded' || (ignoresErrors && run.state === 'failed')) return 0;
  if (output.quiet) {
    for (const { stage, message } of run.stages) if (message !== undefined) output.note(`stage ${stage}: ${message}`);
  }
  return run.state === 'cancelled' ? 252 : 255;
}
