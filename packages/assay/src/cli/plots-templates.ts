import { pythonJson } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { builtInTemplates } from '../plots/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TEMPLATE]'],
  details: 'Put one into .dvc/plots to change it: `assay plots templates simple > .dvc/plots/mine.json`.',
  async run({ arguments: [name], output }) {
    const names = [...builtInTemplates.keys()];
    if (name === undefined) {
      for (const one of names) output.print(one);
      output.result(names);
      return 0;
    }
    const template = builtInTemplates.get(name);
    if (template === undefined) {
      throw new AssayError('ASSAY_DVC_PLOT_TEMPLATE', `there is no built-in template ${name}`, {
        hint: `There are ${names.join(', ')}.`,
      });
    }
    output.raw(`${pythonJson(template)}\n`);
    return 0;
  },
});
