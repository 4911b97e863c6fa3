import { fetchAll } from '../access/index.ts';
import { checkoutTargets, locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { drawnWorkplace, toTransferOptions, transferOptions } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    ...transferOptions,
    force: { short: 'f', description: 'give up what is not in the cache' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const { fetched, done } = await locked(workplace, async () => {
      const fetched = await fetchAll(workplace, targets, { ...toTransferOptions(options), allowMissing: true });
      const done = await checkoutTargets(workplace, targets, { force: options.force, recursive: options.recursive });
      return { fetched, done };
    }).finally(end);
    const changed = done.filter((one) => one.change !== undefined);
    const letters = { added: 'A', modified: 'M', deleted: 'D' } as const;
    for (const { change, target } of changed) output.print(`${letters[change!]}\t${target.out.location}`);
    output.print(
      fetched.files + changed.length === 0
        ? 'Everything is up to date.'
        : `${fetched.files} ${fetched.files === 1 ? 'file' : 'files'} fetched`,
    );
    output.result({ fetched: fetched.files, missing: fetched.missing });
    if (fetched.missing.length > 0 && !options.allowMissing) {
      throw new AssayError('ASSAY_DVC_MISSING_REMOTE', `not in the remote: ${fetched.missing.join(', ')}`, {
        hint: 'Look in another remote with -r, or pass over it with --allow-missing.',
      });
    }
    return 0;
  },
});
