import { branchExperiment } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['EXPERIMENT', '[BRANCH]'],
  details: 'The branch is called EXPERIMENT-branch unless it is named.',
  async run({ arguments: [experiment = '', wanted], context, output, signal }) {
    const { branch, name } = await branchExperiment(await context.workplace(signal), experiment, wanted);
    output.print(`Git branch '${branch}' has been created from experiment '${name}'.`);
    output.print(`To switch to the new branch run:\n\n\tgit checkout ${branch}`);
    output.result({ branch, experiment: name });
    return 0;
  },
});
