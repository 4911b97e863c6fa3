import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { proposeOptions } from './governed.ts';
import { nameOf, openTracker } from './track-input.ts';
import { described, printSealed } from './track-output.ts';
import { proposeTracked } from './track-propose.ts';

export const command = defineCommand({
  arguments: ['KIND/ID', 'REVISION...'],
  options: {
    reason: { value: 'TEXT', required: true, description: 'why; it is kept, so say it without what it hides' },
    base: { value: 'REVISION', description: 'refuse when this is no more the newest' },
    force: { short: 'f', description: 'ask nothing' },
    ...proposeOptions,
  },
  details:
    'The metadata, note, data and files of these revisions go; entries, hashes and proofs stay, and a new revision says who\n' +
    'did it and why. Data and files that another record has stay there, and are named. The same command again removes what a\n' +
    'killed one left.',
  async run({ arguments: [reference, ...revisions], options, context, output }) {
    const { kind, id } = nameOf(reference!);
    context.checkCanSeal();
    const { reason, base, force } = options;
    const given = { reason, ...(base === undefined ? {} : { base }) };
    if (options.propose) {
      await proposeTracked(context, output, reason, (tracker) => tracker.redact(kind, id, revisions, given));
      return 0;
    }
    if (!force && !(await confirm('This takes content away, and nothing brings it back. Go on?'))) {
      throw new AssayError('ASSAY_TRACK_REDACTION', 'nothing was redacted', { hint: 'Add --force to go on unasked.' });
    }
    const tracker = await openTracker(context);
    const { sealed, isNew, kept, revisions: numbers } = await tracker.redact(kind, id, revisions, given);
    if (isNew) printSealed(output, sealed);
    else output.print(`revision ${numbers.join(', ')} was redacted before`);
    for (const { name, record, revision } of kept) output.note(`${name} is still in ${record}@${revision}`);
    output.result({ ...described(sealed), redacted: numbers, isNew, kept });
    return 0;
  },
});
