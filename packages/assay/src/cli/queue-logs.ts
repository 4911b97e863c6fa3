import { readTaskLog } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['TASK'],
  options: {
    follow: { short: 'f', description: 'go on until it ends' },
    encoding: { short: 'e', value: 'NAME', default: 'utf-8', description: 'of what it has printed' },
  },
  async run({ arguments: [name = ''], options, context, output, signal }) {
    const { follow, encoding } = options;
    await readTaskLog(await context.workplace(signal), name, { follow, encoding }, (text) => output.raw(text));
    return 0;
  },
});
