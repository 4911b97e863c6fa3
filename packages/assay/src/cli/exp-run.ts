import { checkNoHydra, overridesByFile, runInWorkspace } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { reproduceDependencies, reproductionOptions, runExitCode } from './reproduction.ts';
import { RunReport, runResult } from './run-report.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    ...reproductionOptions,
    name: { short: 'n', value: 'NAME', description: 'its name (default: one such as brisk-otter)' },
    setParam: { short: 'S', value: '[FILE:]KEY=VALUE', repeat: true, description: 'change a parameter first' },
    message: { short: 'm', value: 'TEXT', description: 'of its commit' },
    noHydra: { description: 'leave params.yaml as it is where Hydra is configured' },
  },
  details: [
    'The workspace then holds the results; the branch stays where it is. `-S +KEY=VALUE` adds a parameter, `-S ~KEY` takes one out.',
    'Every run is sealed in the ledger: see `assay runs`.',
  ].join('\n'),
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { repository } = workplace;
    if (!options.noHydra) checkNoHydra(repository);
    const request = {
      ...options,
      targets,
      overrides: overridesByFile(options.setParam),
      copyPaths: [],
    };
    const report = new RunReport(output);
    try {
      const { name, rev, run } = await runInWorkspace(
        workplace,
        request,
        () => reproduceDependencies(context, repository.root, output),
        {
          onName: (one) => output.print(`Reproducing experiment '${one}'`),
          onEvent: (event) => report.tell(event),
          signal,
        },
      );
      output.result({ name, rev: rev ?? null, run: run ? runResult(run) : null });
      if (rev === undefined) return run ? runExitCode(run) : 255;
      output.print(`\nRan experiment(s): ${name}`);
      output.print('Experiment results have been applied to your workspace.');
      return 0;
    } finally {
      report.close();
    }
  },
});
