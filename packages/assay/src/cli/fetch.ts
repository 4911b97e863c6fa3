import { fetchAll } from '../access/index.ts';
import { locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { drawnWorkplace, summary, toTransferOptions, transferOptions } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    ...transferOptions,
    maxSize: { value: 'BYTES', number: true, description: 'only what is smaller than this, a directory as a whole' },
    type: { value: 'metrics|plots', repeat: true, description: 'only outputs of this kind' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const { maxSize, type: types } = options;
    const only = {
      ...(maxSize === undefined ? {} : { maxSize }),
      ...(types.length === 0 ? {} : { types: kindsOf(types) }),
    };
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const { files, missing } = await locked(workplace, () =>
      fetchAll(workplace, targets, { ...toTransferOptions(options), ...only }),
    ).finally(end);
    output.print(summary({ fetched: files }) ?? 'Everything is up to date.');
    output.result({ fetched: files, missing });
    return 0;
  },
});

function kindsOf(words: readonly string[]): readonly ('metrics' | 'plots')[] {
  return words.map((word) => {
    if (word === 'metrics' || word === 'plots') return word;
    throw new AssayError('ASSAY_CLI_VALUE', `--type is ${word}`, { hint: 'It is `metrics` or `plots`.' });
  });
}
