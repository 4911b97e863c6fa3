import {
  anchorEach,
  anchorNewest,
  hexOf,
  latestAnchor,
  ledgerHead,
  logIdOf,
  runOnSchedule,
  toBeAnchored,
} from '../anchors/index.ts';
import { AssayError } from '../errors.ts';
import { openAnchoring, waitOption } from './anchor-project.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    everyRecords: { value: 'N', number: true, description: 'go on: anchor as soon as N records wait' },
    everyMinutes: { value: 'T', number: true, description: 'go on: anchor when a record has waited for T minutes' },
    eachRecord: { description: 'each record in a transaction of its own' },
    ...waitOption,
  },
  details: [
    'Without --every-… once. Whichever of the two comes first counts, and nothing is sent when only anchors were added. The key',
    'that pays is in ASSAY_ANCHOR_KEY, in the file that ASSAY_ANCHOR_KEY_FILE names, or in $ASSAY_HOME/anchor.key. It waits until',
    'the block is final (`finality` in assay.yaml); what was interrupted is finished by the next call, and not sent twice.',
  ].join('\n'),
  async run({ options, context, output, signal }) {
    const { everyRecords, everyMinutes } = options;
    for (const value of [everyRecords, everyMinutes]) {
      if (value !== undefined && !(value > 0)) throw new AssayError('ASSAY_CLI_USAGE', 'N and T have to be over 0');
    }
    const { work, lock } = await openAnchoring(context, signal, options.wait, (text) => output.note(text));
    using _ = lock;
    const anchor = options.eachRecord ? anchorEach : anchorNewest;
    const once = async () => {
      const done = await anchor(work);
      for (const { size, transaction, record } of done) {
        output.print(
          `${output.colors.green('✓')} ${size} records anchored by ${transaction} (${record.hash.slice(0, 12)})`,
        );
      }
      return done;
    };
    if (everyRecords === undefined && everyMinutes === undefined) {
      const done = await once();
      if (done.length === 0) output.print('Nothing new to anchor.');
      output.result(done.map(({ size, transaction, record }) => ({ size, transaction, record: record.hash })));
      return 0;
    }
    await once();
    const schedule = {
      records: everyRecords ?? Number.POSITIVE_INFINITY,
      ms: (everyMinutes ?? Number.POSITIVE_INFINITY) * 60_000,
    };
    let anchored = (await latestAnchor(work.rpc, work.at.contract, hexOf(logIdOf(context.project().origin)))).size;
    const waiting = async () => {
      const { size } = await ledgerHead(work.records);
      let count = 0;
      for await (const _record of toBeAnchored(work.records, anchored, size)) if (++count >= schedule.records) break;
      return count;
    };
    const again = async () => {
      try {
        const done = await once();
        anchored = done.at(-1)?.size ?? anchored;
      } catch (error) {
        // A node that is away is asked again; what does not fit ends it.
        if (!(error instanceof AssayError) || !['ASSAY_ANCHOR_RPC', 'ASSAY_ANCHOR_TIMEOUT'].includes(error.code))
          throw error;
        output.note(`${error.code}: ${error.message}; tried again later`);
      }
    };
    await runOnSchedule(schedule, waiting, again, signal);
    return 0;
  },
});
