import { locked } from '../data/index.ts';
import { saveExperiment } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    name: { short: 'n', value: 'NAME', description: 'its name (default: one such as brisk-otter)' },
    recursive: { short: 'R', description: 'targets are folders that hold stages' },
    force: { short: 'f', description: 'replace an experiment of this name' },
    includeUntracked: {
      short: 'I',
      value: 'PATH',
      repeat: true,
      description: 'a file or folder that git does not track',
    },
    message: { short: 'm', value: 'TEXT', description: 'of its commit' },
  },
  details: 'Nothing runs: what lies in the workspace is taken as it is.',
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { includeUntracked: include, ...rest } = options;
    const { name, rev } = await locked(workplace, () => saveExperiment(workplace, { ...rest, targets, include }));
    output.print(`Experiment has been saved as: ${name}`);
    output.result({ ref: rev });
    return 0;
  },
});
