import { fetchAll } from '../access/index.ts';
import { checkoutTargets, locked } from '../data/index.ts';
import { changesOf, checkNoneMissing, countsOf, printChanges } from './checkout-output.ts';
import { defineCommand } from './command.ts';
import { drawnWorkplace, summary, toTransferOptions, transferOptions } from './transfer-options.ts';

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
      const done = await checkoutTargets(workplace, targets, {
        force: options.force,
        recursive: options.recursive,
        withDeps: options.withDeps,
      });
      return { fetched, done };
    }).finally(end);
    printChanges(output, changesOf(workplace, done));
    output.print(summary({ fetched: fetched.files, ...countsOf(done) }) ?? 'Everything is up to date.');
    output.result({ fetched: fetched.files, missing: fetched.missing });
    if (!options.allowMissing) checkNoneMissing(done);
    return 0;
  },
});
