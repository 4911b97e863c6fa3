import { locked } from '../data/index.ts';
import { pullExperiments } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { quotedList } from './experiment-options.ts';
import { shareOptions, toShareOptions } from './share-options.ts';
import { drawnWorkplace } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['GIT_REMOTE', '[EXPERIMENTS...]'],
  options: shareOptions,
  async run({ arguments: words, options, context, output, signal }) {
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const shared = await locked(workplace, () => pullExperiments(workplace, toShareOptions(words, options))).finally(
      end,
    );
    const { success, upToDate, diverged, files } = shared;
    if (diverged.length > 0) {
      output.note(`Local experiment ${quotedList(diverged)} has diverged from the remote one of that name.`);
      output.note('To replace the local experiment run again with --force.');
    }
    if (success.length > 0) output.print(`Pulled experiment ${quotedList(success)} from Git remote '${words[0]}'.`);
    else output.print('No experiments to pull.');
    if (files > 0) output.print(`${files} ${files === 1 ? 'file' : 'files'} fetched`);
    output.result({ pulled: success, upToDate, diverged, files });
    return 0;
  },
});
