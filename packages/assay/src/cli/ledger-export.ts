import { resolve } from 'node:path';
import { exportLedger } from '../records/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['DIR'],
  details: [
    'Static files that any web server can serve, and any verifier of transparency logs can read: `checkpoint` and `tile/…`, as',
    'https://c2sp.org/tlog-tiles has them. Entries are the records; what they vouch for by its hash stays here. A folder that holds',
    'an earlier export is brought up to date.',
  ].join('\n'),
  async run({ arguments: [folder = ''], context, output, signal }) {
    const records = await context.records();
    const progress = output.progress('reading', 'records');
    const exported = await exportLedger(records, resolve(context.directory, folder), {
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
