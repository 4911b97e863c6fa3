import { openExportPlace } from '../access/index.ts';
import { exportLedger } from '../records/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['PLACE'],
  details: [
    'Static files that any web server can serve, and any verifier of transparency logs can read: `checkpoint` and `tile/…`, as',
    'https://c2sp.org/tlog-tiles has them. Entries are the records; what they vouch for by its hash stays here. PLACE is a folder, an',
    'address such as s3://bucket/log, or remote://NAME/path. One that holds an earlier export is brought up to date.',
  ].join('\n'),
  async run({ arguments: [address = ''], context, output, signal }) {
    const records = await context.records();
    await using place = await openExportPlace(address, () => context.settings(), context.visit(signal));
    const progress = output.progress('reading', 'records');
    const exported = await exportLedger(records, place, {
      onProgress: progress.update,
      signal,
    }).finally(progress.end);
    const { origin, size, before, tiles } = exported;
    output.print(
      size === before ? `${origin}: up to date, ${size} records` : `${origin}: ${size} records, ${tiles} tiles written`,
    );
    output.result(exported);
    return 0;
  },
});
