import { locked } from '../data/index.ts';
import { pushExperiments } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { quotedList } from './experiment-options.ts';
import { shareOptions, toShareOptions } from './share-options.ts';
import { drawnWorkplace } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['GIT_REMOTE', '[EXPERIMENTS...]'],
  options: shareOptions,
  async run({ arguments: words, options, context, output, signal }) {
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const shared = await locked(workplace, () => pushExperiments(workplace, toShareOptions(words, options))).finally(
      end,
    );
    const { success, upToDate, diverged, files } = shared;
    const remote = `Git remote '${words[0]}'`;
    if (diverged.length > 0) {
      output.note(`Local experiment ${quotedList(diverged)} has diverged from the remote one of that name.`);
      output.note('To replace the remote experiment run again with --force.');
    }
    if (upToDate.length > 0) {
      output.print(`Experiment ${quotedList(upToDate)} ${upToDate.length > 1 ? 'are' : 'is'} up to date on ${remote}.`);
    }
    if (success.length > 0) output.print(`Pushed experiment ${quotedList(success)} to ${remote}.`);
    if (success.length + upToDate.length === 0) output.print('No experiments to push.');
    if (files > 0) output.print(`${files} ${files === 1 ? 'file' : 'files'} uploaded`);
    output.result({ pushed: success, upToDate, diverged, files });
    return 0;
  },
});
