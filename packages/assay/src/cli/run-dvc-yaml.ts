import { availableParallelism } from 'node:os';
import { locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { planReproduction } from '../runs/index.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';
import { runStages } from './run-stages.ts';

export interface RunDvcYamlOptions {
  readonly jobs: number | undefined;
  readonly force: boolean;
  readonly signal: AbortSignal;
  /** Options of a JDF that were given. */
  readonly others: readonly string[];
}

/**
 * `assay run dvc.yaml`: its stages as `assay repro dvc.yaml` runs them; one that fails does not keep those from running that do
 * not need it, as in a JDF. @returns the exit code
 */
export async function runDvcYaml(
  context: Context,
  file: string,
  { jobs, force, signal, others }: RunDvcYamlOptions,
  output: Output,
): Promise<number> {
  if (others.length > 0) {
    throw new AssayError('ASSAY_RUN_OPTION', `${others.join(' and ')}: a dvc.yaml has no such thing`, {
      hint: 'Parameters stand in params.yaml; `assay exp run -S NAME=VALUE` changes one for a run.',
    });
  }
  const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
  const planned = await locked(workplace, () =>
    planReproduction(workplace, {
      targets: [file],
      singleItem: false,
      pipeline: false,
      allPipelines: false,
      recursive: false,
      downstream: false,
      pull: false,
      allowMissing: false,
      dry: false,
    }),
  );
  const stages = planned.filter((stage) => stage.cmd.length > 0);
  if (stages.length === 0) {
    output.print('There are no stages to run.');
    output.result({ stages: [] });
    return 0;
  }
  const code = await runStages(
    context,
    workplace,
    stages,
    {
      force,
      noRunCache: false,
      noCommit: false,
      allowMissing: false,
      onFailure: 'keep-going',
      jobs: jobs ?? availableParallelism(),
      command: `assay run ${file}`,
      signal,
    },
    output,
  );
  // Those of `repro` are DVC's.
  return code === 252 ? 130 : code === 0 ? 0 : 1;
}
