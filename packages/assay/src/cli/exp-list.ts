import { AssayError } from '../errors.ts';
import { experimentsByBaseline } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { baselineOptions, toBaselines } from './experiment-options.ts';

export const command = defineCommand({
  arguments: ['[GIT_REMOTE]'],
  options: {
    ...baselineOptions,
    // The one option of DVC's that begins so.
    allCommits: { ...baselineOptions.allCommits, aliases: ['--all'] },
    allBranches: { short: 'a', description: 'of the tips of all branches' },
    allTags: { short: 'T', description: 'of all tags' },
    nameOnly: { aliases: ['--names-only'], description: 'print names only' },
    shaOnly: { aliases: ['--shas-only'], description: 'print commits only' },
  },
  details: 'Lists the experiments of this repository, or of a git remote.',
  async run({ arguments: [remote], options, context, output, signal }) {
    const { allBranches, allTags, nameOnly, shaOnly } = options;
    if (shaOnly && remote !== undefined) {
      throw new AssayError('ASSAY_CLI_USAGE', 'the commits of a git remote are not known: --sha-only has no remote');
    }
    const found = await experimentsByBaseline(await context.workplace(signal), {
      ...toBaselines(options),
      allBranches,
      allTags,
      remote,
    });
    for (const { baseline, name, experiments } of found) {
      if (!nameOnly && !shaOnly) output.print(`${name ?? baseline.slice(0, 7)}:`);
      for (const one of experiments) {
        if (nameOnly) output.print(one.name);
        else if (shaOnly) output.print(one.rev);
        else output.print(one.rev === undefined ? `\t${one.name}` : `\t${one.rev.slice(0, 7)} [${one.name}]`);
      }
    }
    output.result(
      found.map(({ baseline, name, experiments }) => ({
        baseline,
        name: name ?? null,
        experiments: experiments.map((one) => ({ name: one.name, rev: one.rev ?? null })),
      })),
    );
    return 0;
  },
});
