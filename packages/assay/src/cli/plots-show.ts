import { defineCommand } from './command.ts';
import { plotLook, plotOutput, propertiesOf } from './plots-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: { ...plotLook, ...plotOutput },
  details:
    'Targets are names of plots, or files; all plots without any. The page needs no network. With --json: the specifications,\n' +
    "in DVC's form.",
  async run({ arguments: targets, options, context, output, signal }) {
    const { printPlots } = await import('./plots-output.ts');
    const workplace = await context.workplace(signal);
    return printPlots(workplace, { targets, properties: propertiesOf(options) }, options, output);
  },
});
