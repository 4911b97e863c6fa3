import { defineCommand } from './command.ts';
import { proposeOptions } from './governed.ts';
import { contentOptions, openTracker, readContent } from './track-input.ts';
import { modelsOf } from './track-models.ts';
import { printPlan, printTracked } from './track-output.ts';
import { proposeTracked } from './track-propose.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  options: {
    ...contentOptions,
    base: { value: 'REVISION', description: 'refuse when this is no more the newest: a number, a version or a hash' },
    removeFile: { value: 'NAME', description: 'leave this file out from now on', repeat: true },
    revive: { description: 'take a retired record into use again' },
    ...proposeOptions,
  },
  details:
    'What is not given stays. The version is proposed: major where something was removed or has another type, minor where\n' +
    'something was added, patch where only values or the bytes of files changed.',
  async run({ arguments: [reference], options, context, output }) {
    const content = await readContent(context, reference!, options);
    if (!options.dryRun) context.checkCanSeal();
    const tracker = await openTracker(context);
    const { removeFile: removeFiles, revive } = options;
    const given = { ...content, removeFiles, revive, ...(options.base === undefined ? {} : { base: options.base }) };
    if (options.dryRun) printPlan(output, await tracker.propose(given));
    else if (options.propose) await proposeTracked(context, output, options.note, (one) => one.update(given));
    else {
      const tracked = await tracker.update(given);
      printTracked(output, tracked, modelsOf(context.objects(), tracked.sealed));
    }
    return 0;
  },
});
