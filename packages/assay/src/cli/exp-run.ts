import { pythonRepr } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import {
  checkNoHydra,
  type ExperimentRequest,
  enqueueExperiments,
  hasSweep,
  overridesByFile,
  type RanExperiment,
  runAside,
  runInWorkspace,
  tryExperiment,
} from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { guardRuns } from './queue-guard.ts';
import {
  confirmation,
  onFailureOf,
  reproduceDependencies,
  reproductionOptions,
  runExitCode,
  tellDryRun,
} from './reproduction.ts';
import { runQueue } from './run-queue.ts';
import { RunReport, runResult } from './run-report.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    ...reproductionOptions,
    name: { short: 'n', value: 'NAME', description: 'its name (default: one such as brisk-otter)' },
    setParam: { short: 'S', value: '[FILE:]KEY=VALUE', repeat: true, description: 'change a parameter first' },
    queue: { description: 'put it into the queue; `KEY=1,2,3` and `KEY=range(1,4)` put in one for each value' },
    runAll: { description: 'run all that wait in the queue' },
    jobs: { short: 'j', value: 'N', number: true, description: 'with --run-all: how many side by side (default 1)' },
    temp: { description: 'run it in a folder of its own; the workspace stays as it is' },
    copyPaths: {
      short: 'C',
      value: 'PATH',
      repeat: true,
      description: 'with --temp or --queue: something ignored or untracked that it needs',
    },
    message: { short: 'm', value: 'TEXT', description: 'of its commit' },
    noHydra: { description: 'leave params.yaml as it is where Hydra is configured' },
  },
  details: [
    'The workspace then holds the results; the branch stays where it is. `-S +KEY=VALUE` adds a parameter, `-S ~KEY` takes one out.',
    'Experiments of the queue run in git worktrees under .dvc/tmp/exps. Every run is sealed in the ledger: see `assay runs`.',
  ].join('\n'),
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { repository } = workplace;
    const dependencies = () => reproduceDependencies(context, repository.root, output);
    if (options.runAll) return runQueue(workplace, options.jobs ?? 1, await dependencies(), output, signal);
    if (!options.noHydra) checkNoHydra(repository);
    const overrides = overridesByFile(options.setParam);
    const request: ExperimentRequest = { ...options, targets, overrides, onFailure: onFailureOf(options) };
    if (!options.queue && hasSweep(overrides)) {
      throw new AssayError('ASSAY_EXP_OVERRIDE', 'a sweep makes several experiments, which go into the queue', {
        hint: 'Add --queue, then run them: assay exp run --run-all.',
      });
    }
    if (options.queue) {
      const queued: { name: string; rev: string }[] = [];
      await enqueueExperiments(workplace, request, (one) => {
        if (one.overrides.size > 0) {
          output.print(`Queueing with overrides '${pythonRepr(Object.fromEntries(one.overrides))}'.`);
        }
        output.print(`Queued experiment '${one.name}' for future execution.`);
        queued.push({ name: one.name, rev: one.stash });
      });
      output.result({ queued });
      return 0;
    }
    if (options.dry) {
      await tryExperiment(workplace, request, (there, stages) => {
        const commands = stages.filter((stage) => stage.cmd.length > 0);
        return tellDryRun(there, commands, options.force, output);
      });
      return 0;
    }
    const report = new RunReport(output);
    const listeners = {
      onName: (one: string) => output.print(`Reproducing experiment '${one}'`),
      onEvent: report.tell.bind(report),
      signal,
    };
    try {
      let ran: RanExperiment;
      if (options.temp) {
        using _guard = guardRuns(repository.root);
        ran = await runAside(workplace, request, dependencies, listeners);
      } else {
        const asks = confirmation(repository, options.interactive);
        ran = await runInWorkspace(workplace, request, dependencies, { ...listeners, ...asks });
      }
      const { name, rev, run, error } = ran;
      output.result({ name, rev: rev ?? null, run: run ? runResult(run) : null, error: error ?? null });
      if (rev === undefined) {
        if (error !== undefined && !run) output.note(`the experiment ${name} failed: ${error}`);
        return run ? runExitCode(run, output) || 255 : 255;
      }
      output.print(`\nRan experiment(s): ${name}`);
      if (options.temp) {
        output.print('To apply the results of an experiment to your workspace run:\n\n\tassay exp apply <exp>');
      } else output.print('Experiment results have been applied to your workspace.');
      return 0;
    } finally {
      report.close();
    }
  },
});
