import { locked, push } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { drawnWorkplace, summary, toTransferOptions, transferOptions } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: transferOptions,
  async run({ arguments: targets, options, context, output, signal }) {
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const { files, missing } = await locked(workplace, () =>
      push(workplace, targets, toTransferOptions(options)),
    ).finally(end);
    output.print(summary({ pushed: files }) ?? 'Everything is up to date.');
    output.result({ pushed: files, missing });
    return 0;
  },
});
