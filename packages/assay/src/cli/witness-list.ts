import { listLogs } from '../witness/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const logs = listLogs(context.environment);
    for (const { origin, size, root } of logs) output.print(`${origin}  ${size} records, root ${root}`);
    output.result(logs);
    return 0;
  },
});
