import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  arguments: ['PROPOSAL'],
  async run({ arguments: [reference], context, output }) {
    const sealed = await (await governanceOf(context)).apply(reference!);
    const { kind, id, revision } = sealed.record;
    output.print(`${kind}/${id} is at revision ${revision} (record ${sealed.hash.slice(0, 12)}).`);
    output.result({ record: sealed.hash, kind, id, revision });
    return 0;
  },
});
