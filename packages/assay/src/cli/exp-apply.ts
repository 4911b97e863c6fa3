import { locked } from '../data/index.ts';
import { applyExperiment } from '../experiments/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['EXPERIMENT'],
  details:
    'What lay in the workspace before is kept in the git ref refs/exps/apply/stash until the next one is applied.',
  async run({ arguments: [name = ''], context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const rev = await locked(workplace, () => applyExperiment(workplace, name));
    output.print(`Changes for experiment '${name}' have been applied to your current workspace.`);
    output.result({ experiment: name, rev });
    return 0;
  },
});
