import { defineCommand } from './command.ts';
import { proposeOptions } from './governed.ts';
import { nameOf, openTracker } from './track-input.ts';
import { described, printSealed } from './track-output.ts';
import { proposeTracked } from './track-propose.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  options: {
    note: { value: 'TEXT', description: 'why' },
    base: { value: 'REVISION', description: 'refuse when this is no more the newest' },
    ...proposeOptions,
  },
  details: 'Appends a revision that says so. Later updates are refused without --revive.',
  async run({ arguments: [reference], options, context, output }) {
    const { kind, id } = nameOf(reference!);
    context.checkCanSeal();
    const { note, base } = options;
    const given = { ...(note === undefined ? {} : { note }), ...(base === undefined ? {} : { base }) };
    if (options.propose) {
      await proposeTracked(context, output, note, (tracker) => tracker.retire(kind, id, given));
      return 0;
    }
    const sealed = await (await openTracker(context)).retire(kind, id, given);
    printSealed(output, sealed);
    output.result(described(sealed));
    return 0;
  },
});
