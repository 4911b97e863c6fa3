import { documentHistory } from '../qldb/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';

export const command = defineCommand({
  arguments: ['DOC'],
  options: {
    from: { value: 'T', description: 'only revisions active at this time or later' },
    to: { value: 'T', description: 'only revisions active at this time or earlier' },
  },
  details: 'DOC is the id of a document of an imported journal, or STRAND/ID. Both ends of the range are in it.',
  async run({ arguments: [document = ''], options: { from, to }, context, output }) {
    const revisions = await documentHistory(await context.records(), document, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    output.table(
      ['version', 'txTime', 'until', 'state', 'txId', 'block', 'record'],
      revisions.map(({ version, txTime, until, state, txId, sequenceNo, record }) => [
        version,
        txTime,
        until ?? '',
        state,
        txId ?? '',
        sequenceNo,
        shortHash(record),
      ]),
    );
    if (revisions.length === 0) output.print('No revision was active then.');
    output.result(revisions);
    return 0;
  },
});
