import { openWitness } from '../witness/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  details: 'Makes the key when this home has none. Logs list it with the address of the witness.',
  async run({ context, output }) {
    const { name, vkey } = openWitness(context.environment, context.clock);
    output.print(vkey);
    output.result({ name, vkey });
    return 0;
  },
});
