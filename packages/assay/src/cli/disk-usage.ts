import { diskUsage } from '../access/index.ts';
import { accessOptions, givenOf } from './access-options.ts';
import { defineCommand } from './command.ts';
import { alignedRows, naturalSize } from './entry-rows.ts';

export const command = defineCommand({
  arguments: ['URL', '[PATH]'],
  options: { summarize: { short: 's', description: 'only the sum' }, ...accessOptions },
  async run({ arguments: [url = '', path = ''], options, context, output, signal }) {
    const sizes = await diskUsage(url, path, context.visit(signal, { onNote: (text) => output.progressNote(text) }), {
      given: givenOf(options),
      summarize: options.summarize,
      ...(options.rev === undefined ? {} : { rev: options.rev }),
    });
    for (const line of alignedRows(
      sizes.map((one) => [naturalSize(one.size), one.path]),
      false,
    ))
      output.print(line.trimEnd());
    output.result(sizes);
    return 0;
  },
});
