import { checkoutForgotten, checkoutTargets, locked } from '../data/index.ts';
import { changesOf, checkNoneMissing, countsOf, printChanges } from './checkout-output.ts';
import { defineCommand } from './command.ts';
import { summary } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    force: { short: 'f', description: 'give up what is not in the cache' },
    relink: { description: 'make links or copies again, by cache.type' },
    allowMissing: { description: 'pass over what is not in the cache' },
    summary: { description: 'print only how many' },
    recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
    withDeps: { short: 'd', description: 'and what the targets are made of' },
  },
  details: 'A target may be a file or folder inside of a tracked folder: the rest stays as it is.',
  async run({ arguments: targets, options, context, output, signal }) {
    const progress = output.progress('checking out', 'files');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done, total) => progress.update(done, total),
      onNote: (text) => output.note(text),
    });
    const { done, forgotten } = await locked(workplace, async () => ({
      forgotten: targets.length === 0 ? await checkoutForgotten(workplace) : [],
      done: await checkoutTargets(workplace, targets, {
        force: options.force,
        relink: options.relink,
        recursive: options.recursive,
        withDeps: options.withDeps,
      }),
    }));
    progress.end();
    const changes = changesOf(workplace, done, forgotten);
    if (options.summary) output.print(summary(countsOf(done, forgotten)) ?? 'No changes.');
    else printChanges(output, changes);
    output.result(changes);
    if (!options.allowMissing) checkNoneMissing(done);
    if (options.relink) output.print('Relinked successfully');
    return 0;
  },
});
