import { documentAsOf } from '../qldb/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['DOC'],
  options: { asOf: { value: 'T', description: 'the revision that was the newest at this time' } },
  details: 'DOC is the id of a document of an imported journal, or STRAND/ID.',
  async run({ arguments: [document = ''], options, context, output }) {
    const found = await documentAsOf(await context.records(), document, options.asOf);
    const { bold, dim } = output.colors;
    const line = (name: string, value: string | number | null) =>
      output.print(`${dim(name.padEnd(10))} ${value ?? '-'}`);
    output.print(bold(`${found.strandId}/${found.id}`));
    line('version', `${found.version}, ${found.state}`);
    line('table', found.table);
    line('txTime', found.until === null ? found.txTime : `${found.txTime}, until ${found.until}`);
    line('txId', found.txId);
    line('block', `${found.sequenceNo}, blockHash ${found.blockHash}`);
    line('hash', found.hash);
    if (found.dataHash !== undefined) line('dataHash', found.dataHash);
    line('record', found.record);
    if (found.data !== undefined) output.print(`\n${found.data}`);
    output.result(found);
    return 0;
  },
});
