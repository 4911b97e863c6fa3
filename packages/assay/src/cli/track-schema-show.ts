import { AssayError } from '../errors.ts';
import { schemaOf } from '../track/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['KIND'],
  options: { data: { description: 'for the data; otherwise for the metadata' } },
  async run({ arguments: [kind], options, context, output }) {
    const found = await schemaOf(await context.records(), kind!, options.data ? 'data' : 'metadata');
    if (found === undefined) {
      throw new AssayError('ASSAY_REF_UNKNOWN', `the kind ${kind} has no schema`, {
        hint: 'Attach one with `assay track schema set KIND FILE`.',
      });
    }
    const text = Buffer.from(found.bytes).toString('utf8');
    output.print(text.trimEnd());
    output.result({ kind, revision: found.sealed.record.revision, hash: found.sealed.hash, text });
    return 0;
  },
});
