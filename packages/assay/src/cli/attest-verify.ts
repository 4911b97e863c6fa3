import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { verifyAttestation } from '../attestations/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['PATH'],
  options: {
    key: { value: 'KEY', description: 'a verifier key, or a file with the PEM of a P-256 key', required: true },
    files: { value: 'DIR', description: 'where the files lie that an in-toto statement names' },
  },
  details:
    'PATH is what `assay attest` wrote. Needs no project. Ends with exit code 1 when a file is another than was signed.',
  async run({ arguments: [path], options, context, output }) {
    const file = resolve(context.directory, options.key);
    const key = existsSync(file) ? readFileSync(file, 'utf8') : options.key;
    const files = options.files === undefined ? undefined : resolve(context.directory, options.files);
    const verdict = await verifyAttestation(resolve(context.directory, path!), key, files);
    const { red, green, dim } = output.colors;
    for (const problem of verdict.problems) output.print(`${red('✗')} ${problem}`);
    const ok = verdict.problems.length === 0;
    if (ok)
      output.print(`${green('✓')} signed by this key: ${verdict.predicateType}, ${verdict.subjects.length} files`);
    if (verdict.filesChecked === 0)
      output.print(dim('The files themselves were not looked at: name their folder with --files.'));
    output.result({ ok, ...verdict });
    return ok ? 0 : 1;
  },
});
