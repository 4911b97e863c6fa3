import { resolve } from 'node:path';
import { actorSigner, attest, p256Signer } from '../attestations/index.ts';
import { AssayError } from '../errors.ts';
import { StoredFiles } from '../lineage/index.ts';
import { ModelRegistry } from '../models/index.ts';
import { localActor } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';

export const command = defineCommand({
  arguments: ['MODEL'],
  options: {
    format: {
      value: 'FORMAT',
      description: 'in-toto: a statement of provenance; model-signing: the files in a folder, with their signature',
      default: 'in-toto',
      choices: ['in-toto', 'model-signing'],
    },
    out: { value: 'PATH', description: 'a file for in-toto, a new folder for model-signing', required: true },
    key: {
      value: 'KIND',
      description: 'actor: your Ed25519 key; p256: the one of `assay attest key`, which model-signing needs',
      choices: ['actor', 'p256'],
    },
  },
  details:
    'MODEL is NAME (what is in production, else the newest), NAME@M:m:p or NAME@STAGE. That it was made is sealed.',
  async run({ arguments: [reference], options, context, output }) {
    const format = options.format === 'model-signing' ? 'model-signing' : 'in-toto';
    const kind = options.key ?? (format === 'model-signing' ? 'p256' : 'actor');
    if (format === 'model-signing' && kind !== 'p256') {
      throw new AssayError('ASSAY_CLI_VALUE', 'model-signing takes no Ed25519 key', { hint: 'Leave --key out.' });
    }
    const records = await context.records();
    const version = await new ModelRegistry(records).find(reference!);
    const signer = kind === 'p256' ? p256Signer(context.environment) : actorSigner(localActor(context.environment).key);
    const out = resolve(context.directory, options.out);
    const sealed = await attest(format, out, version, {
      records,
      files: new StoredFiles(context.objects()),
      origin: context.project().origin,
      signer,
    });
    output.print(`${options.out}: ${version.body.name}@${version.body.version} (record ${shortHash(sealed.hash)})`);
    output.result({ out, format, record: sealed.hash, publicKey: signer.publicKey });
    return 0;
  },
});
