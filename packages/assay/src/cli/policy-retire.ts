import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { proposeOptions, sealOrPropose } from './governed.ts';

export const command = defineCommand({
  arguments: ['KIND[/IDS]'],
  options: proposeOptions,
  details: 'Needs the approvals that the policy itself asks for.',
  async run({ arguments: [id = ''], options, context, output }) {
    const records = await context.records();
    const newest = await records.latest('policy', id);
    const body = newest && (await records.body(newest.record.body));
    if (!newest || !body || newest.record.event === 'retired') {
      throw new AssayError('ASSAY_POLICY_UNKNOWN', `there is no policy ${id} in force`, {
        hint: 'See `assay policy list`.',
      });
    }
    await sealOrPropose(
      {
        kind: 'policy',
        id,
        revision: newest.record.revision + 1,
        version: newest.record.version,
        event: 'retired',
        body: { mediaType: newest.record.body.mediaType, bytes: body.bytes },
        parents: [{ role: 'previous', ref: `record:${newest.hash}` }],
      },
      options,
      context,
      output,
    );
    return 0;
  },
});
