import { defineCommand } from './command.ts';
import { plotLook, plotOutput, propertiesOf } from './plots-options.ts';

export const command = defineCommand({
  arguments: ['[REVISIONS...]'],
  options: {
    targets: { value: 'paths...', description: 'only these plots or files', repeat: true },
    experiment: { short: 'e', description: 'of one experiment: beside the commit it was started from' },
    ...plotLook,
    ...plotOutput,
  },
  details:
    'One revision is shown beside the workspace; without any, HEAD is, if something that git tracks has changed since.',
  async run({ arguments: named, options, context, output, signal }) {
    const { printPlots } = await import('./plots-output.ts');
    const { comparedRevisions } = await import('../plots/index.ts');
    const workplace = await context.workplace(signal);
    const revisions = await comparedRevisions(workplace.repository, named, options.experiment);
    const { targets } = options;
    return printPlots(workplace, { targets, properties: propertiesOf(options), revisions }, options, output);
  },
});
