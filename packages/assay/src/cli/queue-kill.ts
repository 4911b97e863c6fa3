import { killTasks } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['TASKS...'],
  options: { force: { short: 'f', description: 'of tasks that DVC runs: end them without a chance to clear up' } },
  async run({ arguments: names, options, context, output, signal }) {
    const killed = killTasks(await context.workplace(signal), names, options.force);
    for (const name of killed) output.print(`${name} has been killed.`);
    output.result({ killed });
    return 0;
  },
});
