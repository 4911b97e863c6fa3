import { defineCommand } from './command.ts';
import { plotLook, propertiesOf } from './plots-options.ts';

export const command = defineCommand({
  arguments: ['TARGET'],
  options: {
    ...plotLook,
    unset: { value: 'names...', description: 'properties that are no longer said, such as x_label', repeat: true },
  },
  details: 'Changes dvc.yaml: how a stage says that its plot looks. An output of a stage becomes a plot.',
  async run({ arguments: [target = ''], options, context, output, signal }) {
    const { locked } = await import('../data/index.ts');
    const { modifyPlot } = await import('../plots/index.ts');
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    await locked(workplace, () => modifyPlot(workplace, target, propertiesOf(options), options.unset));
    return 0;
  },
});
