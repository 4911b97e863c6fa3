import { locked } from '../data/index.ts';
import { planReproduction } from '../runs/index.ts';
import { defineCommand } from './command.ts';
import { confirmation, onFailureOf, reproductionOptions, tellDryRun } from './reproduction.ts';
import { runStages } from './run-stages.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    ...reproductionOptions,
    noCommit: { description: 'leave results out of the cache' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many stages side by side (default 1)' },
  },
  details: [
    'Stages that are ready run side by side with -j. After one failed, no other is started, unless -k says so.',
    'Every run is sealed in the ledger: see `assay runs`.',
  ].join('\n'),
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const asks = confirmation(workplace.repository, options.interactive);
    const planned = await locked(workplace, () => planReproduction(workplace, { ...options, ...asks, targets }));
    const stages = planned.filter((stage) => stage.cmd.length > 0);
    if (options.dry) {
      await tellDryRun(workplace, stages, options.force, output);
      return 0;
    }
    if (stages.length === 0) {
      output.print('There are no stages to run.');
      output.result({ stages: [] });
      return 0;
    }
    return runStages(
      context,
      workplace,
      stages,
      {
        force: options.force,
        noRunCache: options.noRunCache,
        noCommit: options.noCommit,
        allowMissing: options.allowMissing,
        onFailure: onFailureOf(options),
        forceDownstream: options.forceDownstream,
        jobs: asks.confirm ? 1 : Math.max(1, Math.floor(options.jobs ?? 1)),
        command: 'assay repro',
        signal,
        ...asks,
      },
      output,
    );
  },
});
