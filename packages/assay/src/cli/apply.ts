import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';
import { openTracker } from './track-input.ts';

export const command = defineCommand({
  arguments: ['PROPOSAL'],
  async run({ arguments: [reference], context, output }) {
    const sealed = await (await governanceOf(context)).apply(reference!);
    const { kind, id, revision, event } = sealed.record;
    // The index of searches has what was redacted until it hears of it.
    if (event === 'redacted') await (await openTracker(context)).follow();
    output.print(`${kind}/${id} is at revision ${revision} (record ${sealed.hash.slice(0, 12)}).`);
    output.result({ record: sealed.hash, kind, id, revision });
    return 0;
  },
});
