import { stopQueue } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: { kill: { description: 'end what runs as well' } },
  async run({ options, context, output, signal }) {
    stopQueue(await context.workplace(signal), options.kill);
    output.print(
      options.kill
        ? 'All running tasks in the queue have been killed. Queue workers are stopping.'
        : 'Queue workers will stop after running tasks finish.',
    );
    output.result({ killed: options.kill });
    return 0;
  },
});
