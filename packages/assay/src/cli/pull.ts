import { fetchAll } from '../access/index.ts';
import { checkoutForgotten, checkoutTargets, expandPatterns, locked } from '../data/index.ts';
import { changesOf, checkNoneMissing, countsOf, printChanges } from './checkout-output.ts';
import { defineCommand } from './command.ts';
import { drawnWorkplace, summary, toTransferOptions, transferOptions } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    ...transferOptions,
    force: { short: 'f', description: 'give up what is not in the cache' },
  },
  async run({ arguments: words, options, context, output, signal }) {
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const { fetched, done, forgotten } = await locked(workplace, async () => {
      const targets = options.glob ? expandPatterns(workplace, words) : words;
      const fetched = await fetchAll(workplace, targets, {
        ...toTransferOptions({ ...options, glob: false }),
        allowMissing: true,
      });
      const forgotten = targets.length === 0 ? await checkoutForgotten(workplace) : [];
      const done = await checkoutTargets(workplace, targets, {
        force: options.force,
        recursive: options.recursive,
        withDeps: options.withDeps,
      });
      return { fetched, done, forgotten };
    }).finally(end);
    printChanges(output, changesOf(workplace, done, forgotten));
    output.print(summary({ fetched: fetched.files, ...countsOf(done, forgotten) }) ?? 'Everything is up to date.');
    output.result({ fetched: fetched.files, missing: fetched.missing });
    if (!options.allowMissing) checkNoneMissing(done);
    return 0;
  },
});
