import { resolve } from 'node:path';
import { verifyExport } from '../qldb/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['EXPORT_DIR'],
  details: [
    'The folder of one journal export of Amazon QLDB, in Ion text, Ion binary or JSON lines, with its manifests. No project is needed.',
    'Names every block, field and check that fails, and then ends with exit code 1.',
  ].join('\n'),
  async run({ arguments: [folder = ''], context, output, signal }) {
    const progress = output.progress('verifying', 'blocks');
    const onProgress = progress.update;
    const place = resolve(context.directory, folder);
    const verification = await verifyExport(place, { signal, onProgress }).finally(progress.end);
    const { bold, dim, green, red } = output.colors;
    for (const { file, block, field, check, message } of verification.faults) {
      const where = `${file}${block === undefined ? '' : ` block ${block}`}${field && ` ${field}`}`;
      output.print(`${red('✗')} ${bold(check)} ${where}: ${message}`);
    }
    const { ok, faults, blocks, revisions, first, last, strandId, digest } = verification;
    if (ok) output.print(`${green('✓')} verified ${blocks} blocks with ${revisions} revisions`);
    else output.print(red(`${faults.length} ${faults.length === 1 ? 'check' : 'checks'} failed over ${blocks} blocks`));
    output.print(dim(`strand ${strandId}, blocks ${first} to ${last}`));
    if (digest !== undefined) output.print(dim(`digest at block ${last}: ${digest}`));
    output.print(dim('What it does not show:'));
    for (const text of verification.doesNotShow) output.print(dim(`- ${text}`));
    output.result(verification);
    return ok ? 0 : 1;
  },
});
