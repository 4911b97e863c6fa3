import { addLog } from '../witness/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['VKEY'],
  details:
    "VKEY is the log's verifier key, as `assay ledger key` prints it. A witness that is being served sees it at once.",
  async run({ arguments: [vkey = ''], context, output }) {
    const isNew = addLog(context.environment, vkey);
    output.print(isNew ? `cosigns ${vkey}` : 'is cosigned already');
    output.result({ vkey, isNew });
    return 0;
  },
});
