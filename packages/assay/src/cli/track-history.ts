import { defineCommand } from './command.ts';
import { nameOf, openTracker } from './track-input.ts';
import { described, printRevisions } from './track-output.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  async run({ arguments: [reference], context, output }) {
    const { kind, id } = nameOf(reference!);
    const revisions = (await (await openTracker(context)).history(kind, id)).map(({ sealed }) => sealed);
    printRevisions(output, revisions);
    output.result(revisions.map(described));
    return 0;
  },
});
