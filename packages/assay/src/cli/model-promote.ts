import { ModelRegistry } from '../models/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';
import { proposeOptions, sealOrPropose } from './governed.ts';

export const command = defineCommand({
  arguments: ['MODEL'],
  options: {
    to: { value: 'STAGE', description: 'the stage it moves to', default: 'production' },
    note: { value: 'TEXT', description: 'why; sealed with the record' },
    ...proposeOptions,
  },
  details:
    'MODEL is NAME for the newest version, NAME@M:m:p, or NAME@STAGE for what is there. The move leaves a record; moving back is one too.',
  async run({ arguments: [reference], options, context, output }) {
    const registry = new ModelRegistry(await context.records());
    const version = await registry.findToPromote(reference!);
    if (options.propose) {
      await sealOrPropose(await registry.promotion(version, options.to), options, context, output);
      return 0;
    }
    const { sealed, moved, from } = await registry.promote(version, options.to, options.note);
    const name = `${version.body.name}@${version.body.version}`;
    if (!moved) output.print(`${name} is in ${options.to} already (record ${shortHash(sealed.hash)}).`);
    else
      output.print(
        `${name} is now in ${options.to}${from ? `, in place of ${from}` : ''} (record ${shortHash(sealed.hash)}).`,
      );
    output.result({
      model: version.body.name,
      version: version.body.version,
      stage: options.to,
      moved,
      from: from ?? null,
      record: sealed.hash,
    });
    return 0;
  },
});
