import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { sealOrPropose } from './governed.ts';

export const command = defineCommand({
  arguments: ['KIND/ID'],
  options: {
    body: { value: 'FILE', description: 'what the record is to say', required: true },
    type: { value: 'MEDIA-TYPE', description: 'of that file', default: 'application/json' },
    event: {
      value: 'EVENT',
      description: 'what happens to it',
      default: 'updated',
      choices: ['created', 'updated', 'rolled-back', 'retired'],
    },
    version: { value: 'M:m:p', description: 'the version it will bear', required: true },
    note: { value: 'TEXT', description: 'why; sealed with the proposal' },
  },
  details:
    'The roster, policies and stages of models are proposed by `--propose` of `assay roster …`, `assay policy set` and `assay model promote`.',
  async run({ arguments: [target = ''], options, context, output }) {
    const slash = target.indexOf('/');
    if (slash < 1) throw new AssayError('ASSAY_CLI_VALUE', `${target} is not KIND/ID`);
    const bytes = await readFile(resolve(context.directory, options.body));
    const event = (['created', 'updated', 'rolled-back', 'retired'] as const).find((one) => one === options.event)!;
    await sealOrPropose(
      {
        kind: target.slice(0, slash),
        id: target.slice(slash + 1),
        version: options.version,
        event,
        body: { mediaType: options.type, bytes },
      },
      { propose: true, note: options.note },
      context,
      output,
    );
    return 0;
  },
});
