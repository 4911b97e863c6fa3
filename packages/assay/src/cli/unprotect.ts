import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { findTargets, locked, unprotect } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  async run({ arguments: targets, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const lacking = targets.find((one) => !lstatSync(resolve(workplace.directory, one), { throwIfNoEntry: false }));
    if (lacking !== undefined) {
      throw new AssayError('ASSAY_DVC_NO_TARGET', `${lacking} is not there`, {
        hint: '`assay checkout` brings tracked data.',
      });
    }
    const copied = await locked(workplace, async () => {
      const found = await findTargets(workplace, targets);
      return found.reduce((sum, target) => sum + unprotect(workplace, target), 0);
    });
    output.print(`${copied} ${copied === 1 ? 'link' : 'links'} replaced by copies`);
    output.result({ copied });
    return 0;
  },
});
