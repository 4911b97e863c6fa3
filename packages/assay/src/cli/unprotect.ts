import { findTargets, locked, unprotect } from '../data/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  async run({ arguments: targets, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const copied = await locked(workplace, async () => {
      const found = await findTargets(workplace, targets);
      return found.reduce((sum, target) => sum + unprotect(workplace, target), 0);
    });
    output.print(`${copied} ${copied === 1 ? 'link' : 'links'} replaced by copies`);
    output.result({ copied });
    return 0;
  },
});
