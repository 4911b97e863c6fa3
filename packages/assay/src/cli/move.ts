import { locked, moveData } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { tellGit } from './git-changes.ts';

export const command = defineCommand({
  arguments: ['FROM', 'TO'],
  details: 'The .dvc file goes along when it has the name of the data. Into TO when that is a folder.',
  async run({ arguments: [from = '', to = ''], context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const moved = await locked(workplace, () => moveData(workplace, from, to));
    await tellGit(workplace.repository, moved.changed, output);
    output.result({ from: moved.from, to: moved.to, dvc: moved.file });
    return 0;
  },
});
