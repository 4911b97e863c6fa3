import { renameExperiment } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['EXPERIMENT', 'NAME'],
  options: {
    gitRemote: { short: 'g', value: 'REMOTE', description: 'on this git remote, in place of here' },
    force: { short: 'f', description: 'replace an experiment of the new name' },
  },
  async run({ arguments: [experiment = '', name = ''], options, context, output, signal }) {
    const { force, gitRemote: remote } = options;
    const renamed = await renameExperiment(await context.workplace(signal), experiment, name, { force, remote });
    output.print(renamed ? `Renamed experiments: '${experiment}'` : 'No experiments to rename.');
    output.result({ renamed: renamed ? [experiment] : [] });
    return 0;
  },
});
