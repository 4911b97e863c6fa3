import { defineCommand } from './command.ts';

export const command = defineCommand({
  details: 'By it anyone verifies checkpoints and receipts. Give it to them on another way than these.',
  async run({ context, output }) {
    const { origin, vkey } = context.project();
    output.print(vkey);
    output.result({ origin, vkey });
    return 0;
  },
});
