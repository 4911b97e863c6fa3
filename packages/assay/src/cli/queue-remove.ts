import { locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { removeFromQueue } from '../experiments/index.ts';
import { defineCommand } from './command.ts';
import { quotedList } from './experiment-options.ts';

export const command = defineCommand({
  arguments: ['[TASKS...]'],
  options: {
    all: { description: 'all but what runs' },
    queued: { description: 'what waits' },
    failed: { description: 'what failed' },
    success: { description: 'what succeeded; the experiments stay' },
  },
  async run({ arguments: names, options, context, output, signal }) {
    const { all, queued, failed, success } = options;
    if ((all || queued || failed || success) === names.length > 0) {
      throw new AssayError('ASSAY_CLI_VALUE', 'name tasks, or choose them with --all, --queued, --failed or --success');
    }
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const selection = { names, queued: all || queued, failed: all || failed, success: all || success };
    const removed = await locked(workplace, () => removeFromQueue(workplace, selection));
    output.print(removed.length > 0 ? `Removed tasks from queue: ${quotedList(removed)}` : 'No tasks found to remove.');
    output.result({ removed });
    return 0;
  },
});
