import { relative } from 'node:path';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const { root } = await context.repository();
    output.print(relative(context.directory, root) || '.');
    output.result({ root });
    return 0;
  },
});
