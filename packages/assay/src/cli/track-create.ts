import { defineCommand } from './command.ts';
import { proposeOptions } from './governed.ts';
import { contentOptions, openTracker, readContent } from './track-input.ts';
import { modelsOf } from './track-models.ts';
import { printPlan, printTracked } from './track-output.ts';
import { proposeTracked } from './track-propose.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  options: { ...contentOptions, ...proposeOptions },
  details:
    'Documents and files are kept byte for byte, with MD5 and SHA-256. A kind with a schema refuses what breaks it, with the place.\n' +
    'The receipt: `assay receipt KIND/ID`.',
  async run({ arguments: [reference], options, context, output }) {
    const given = await readContent(context, reference!, options);
    if (!options.dryRun) context.checkCanSeal();
    const tracker = await openTracker(context);
    if (options.dryRun) printPlan(output, await tracker.propose(given));
    else if (options.propose) await proposeTracked(context, output, options.note, (one) => one.create(given));
    else {
      const tracked = await tracker.create(given);
      printTracked(output, tracked, modelsOf(context.objects(), tracked.sealed));
    }
    return 0;
  },
});
