import { readTaskLog } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['TASK'],
  options: { follow: { short: 'f', description: 'go on until it ends' } },
  async run({ arguments: [name = ''], options, context, output, signal }) {
    await readTaskLog(await context.workplace(signal), name, options.follow, (text) => output.raw(text));
    return 0;
  },
});
