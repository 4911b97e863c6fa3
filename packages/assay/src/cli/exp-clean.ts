import { cleanExperiments } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { quotedList } from './experiment-options.ts';
import { reproduceDependencies } from './reproduction.ts';

export const command = defineCommand({
  details: [
    'Ends what experiments left running whose process was killed, seals their runs as interrupted, removes their folders, and puts',
    'their tasks back into the queue. It happens by itself when a queue is worked off again.',
  ].join('\n'),
  async run({ context, output, signal }) {
    const workplace = await context.workplace(signal);
    const dependencies = await reproduceDependencies(context, workplace.repository.root, output);
    const returned = await cleanExperiments(workplace, dependencies);
    if (returned.length > 0) output.print(`In the queue again: ${quotedList(returned)}`);
    output.print('Done.');
    output.result({ queued: returned });
    return 0;
  },
});
