import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setSchema } from '../track/index.ts';
import { defineCommand } from './command.ts';
import { printSealed } from './track-output.ts';

export const command = defineCommand({
  arguments: ['KIND', 'FILE'],
  options: { data: { description: 'for the data; otherwise for the metadata' } },
  details:
    'JSON Schema 2020-12 in JSON; `format` is a remark only. Numbers are compared exactly. Each change is a revision.',
  async run({ arguments: [kind, file], options, context, output }) {
    const bytes = await readFile(resolve(context.directory, file!));
    context.checkCanSeal();
    const document = { name: file!, format: 'json' as const, bytes };
    const sealed = await setSchema(await context.records(), kind!, options.data ? 'data' : 'metadata', document);
    printSealed(output, sealed);
    output.result({ kind, revision: sealed.record.revision, hash: sealed.hash });
    return 0;
  },
});
