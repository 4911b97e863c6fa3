import { locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { removeExperiments } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { baselineOptions, quotedList, toBaselines } from './experiment-options.ts';

export const command = defineCommand({
  arguments: ['[EXPERIMENTS...]'],
  options: {
    ...baselineOptions,
    rev: { ...baselineOptions.rev, description: 'experiments of these commits' },
    queue: { description: 'all that wait in the queue' },
    gitRemote: { short: 'g', value: 'REMOTE', description: 'from this git remote, in place of here' },
    keep: { description: 'remove all others, and keep these' },
  },
  async run({ arguments: names, options, context, output, signal }) {
    const { queue, keep, allCommits, rev, gitRemote: remote } = options;
    const chosen = queue || allCommits || rev.length > 0;
    if (chosen === names.length > 0) {
      throw new AssayError('ASSAY_CLI_VALUE', 'name experiments, or choose them with --rev, --all-commits or --queue', {
        hint: 'See `assay exp remove --help`.',
      });
    }
    if (keep && queue) throw new AssayError('ASSAY_CLI_VALUE', '--keep and --queue do not go together');
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const removed = await locked(workplace, () =>
      removeExperiments(workplace, { ...toBaselines(options), names, queue, remote, keep }),
    );
    output.print(removed.length > 0 ? `Removed experiments: ${quotedList(removed)}` : 'No experiments to remove.');
    output.result({ removed });
    return 0;
  },
});
