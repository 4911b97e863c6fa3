import { metadataOf, redactionOf } from '../track/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';
import { nameOf, openTracker, timeOption } from './track-input.ts';
import { modelsOf } from './track-models.ts';
import { described, printModels, printSealed } from './track-output.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  options: { asOf: { value: 'TIME', description: 'as it was then' } },
  details: 'KIND/ID@REVISION shows an older one: a number, a version M:m:p, or the beginning of a hash.',
  async run({ arguments: [reference], options, context, output }) {
    const { kind, id, which } = nameOf(reference!);
    const tracker = await openTracker(context);
    const revision = await tracker.revision(kind, id, which, timeOption(options.asOf).asOf);
    const { sealed, metadataFormat } = revision;
    printSealed(output, sealed);
    const models = modelsOf(context.objects(), sealed);
    printModels(output, models);
    const redaction = await redactionOf(tracker.records, sealed);
    if (redaction !== undefined) {
      const { reason, at, by } = redaction;
      output.print(
        `  ${output.colors.yellow('redacted')} by revision ${redaction.revision}, ${at}, ${shortHash(by)}${reason === null ? '' : `: ${reason}`}`,
      );
      output.result({ ...described(sealed), note: null, text: null, models, redacted: redaction });
      return 0;
    }
    const { bytes } = await metadataOf(tracker, revision);
    const isText = metadataFormat !== 'ion' || bytes[0] !== 0xe0;
    const text = isText ? Buffer.from(bytes).toString('utf8') : `(${bytes.length} bytes of Ion binary)`;
    const note = sealed.record.note && (await tracker.records.body(sealed.record.note));
    const remark = note ? Buffer.from(note.bytes).toString('utf8') : null;
    if (remark !== null) output.print(`  ${output.colors.dim('note')} ${remark}`);
    output.print(`\n${text}`);
    output.result({ ...described(sealed), note: remark, text: isText ? text : null, models, redacted: null });
    return 0;
  },
});
