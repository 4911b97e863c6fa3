import { createActor } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  details: 'Needs no project. Makes an actor with a key in this home, where there is none.',
  async run({ context, output }) {
    const { id, key } = createActor(context.environment, context.clock());
    output.print(`assay roster add ${id} --key '${key.vkey}'`);
    output.result({ id, vkey: key.vkey });
    return 0;
  },
});
