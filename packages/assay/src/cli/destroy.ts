import { destroy, locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: { force: { short: 'f', description: 'do it: nothing brings the cache back' } },
  details:
    'Removes .dvc/ with the cache in it, .dvcignore, .dvc files, dvc.yaml and dvc.lock. Data in the workspace stays, and so does the ledger in .assay/.',
  async run({ options, context, output, signal }) {
    if (!options.force) {
      throw new AssayError('ASSAY_DVC_DESTROY_FORCE', 'this deletes all tracking files and the cache', {
        hint: 'Push what should be kept, then say --force.',
      });
    }
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const removed = await locked(workplace, () => destroy(workplace));
    output.print(`Removed ${removed.join(', ')}`);
    output.result({ removed });
    return 0;
  },
});
