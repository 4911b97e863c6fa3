import { anchorRecords } from '../anchors/index.ts';
import { anchorConfig } from './anchor-project.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const anchors = await anchorRecords(await context.records(), anchorConfig(context));
    output.table(
      ['#', 'records', 'block', 'time', 'transaction'],
      anchors.map(({ sealed, body }) => [
        sealed.index,
        body.size,
        body.block.number,
        body.block.time,
        shortHash(body.transaction),
      ]),
      ['right', 'right', 'right'],
    );
    if (anchors.length === 0) output.print('No anchors yet.');
    output.result(anchors.map(({ sealed, body }) => ({ record: sealed.hash, index: sealed.index, ...body })));
    return 0;
  },
});
