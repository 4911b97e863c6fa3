import { parseQuery, searchRecords } from '../track/index.ts';
import { defineCommand } from './command.ts';
import { openTracker, timeOption } from './track-input.ts';
import { described, printRevisions } from './track-output.ts';

export const command = defineCommand({
  arguments: ['[QUERY...]'],
  options: {
    asOf: { value: 'TIME', description: 'as things stood then' },
    limit: { value: 'N', description: 'at most this many', default: 50, number: true },
  },
  details:
    'All of it must hold: kind:X by:ACTOR event:retired version:1:0:0 since:DATE until:DATE, FIELD=VALUE and != < <= > >=,\n' +
    'FIELD~TEXT, and words of the id. FIELD is a path in the metadata (scores.f1), or in the data after `data.`.',
  async run({ arguments: words, options, context, output }) {
    const query = parseQuery(words.join(' '));
    const tracker = await openTracker(context);
    const found = await searchRecords(tracker, query, { limit: options.limit, ...timeOption(options.asOf) });
    printRevisions(output, found);
    if (found.length === 0) output.print('Nothing fits.');
    output.result(found.map(described));
    return 0;
  },
});
