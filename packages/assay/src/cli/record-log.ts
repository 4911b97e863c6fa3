import { referenceTo } from '../records/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';

export const command = defineCommand({
  options: {
    kind: { value: 'KIND', description: 'only records of this kind' },
    limit: { value: 'N', description: 'at most this many', default: 20, number: true },
  },
  async run({ options, context, output }) {
    const records = await context.records();
    const found = await records.list({
      ...(options.kind !== undefined && { kind: options.kind }),
      limit: options.limit,
    });
    output.table(
      ['#', 'record', 'hash', 'event', 'at', 'by'],
      found.map((sealed) => [
        sealed.index,
        referenceTo(sealed),
        shortHash(sealed.hash),
        sealed.record.event,
        sealed.record.at,
        shortHash(sealed.record.by),
      ]),
      ['right', 'left', 'left', 'left', 'left', 'left'],
    );
    if (found.length === 0)
      output.print(options.kind === undefined ? 'No records yet.' : `No records of the kind ${options.kind}.`);
    output.result(found.map(({ index, hash, record }) => ({ index, hash, ...record })));
    return 0;
  },
});
