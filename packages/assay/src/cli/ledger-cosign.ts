import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { fileHighWaterMarks } from '../records/index.ts';
import { askWitnesses } from '../witness/index.ts';
import { assayHome, projectConfig } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    timeout: { value: 'SECONDS', number: true, default: 20, description: 'how long each witness may take' },
  },
  details:
    'Each witness gets the newest checkpoint with the proof that it continues what that witness saw last. When enough of them have\n' +
    'cosigned it, it is kept as .assay/checkpoint.cosigned, and receipts carry it. A witness that has seen more records, or others,\n' +
    'is named: the ledger was rolled back, or forked. Ends with exit code 1 when the quorum is not met.',
  async run({ options, context, output, signal }) {
    const project = context.project();
    const { witnesses } = projectConfig(project);
    if (!witnesses) {
      throw new AssayError('ASSAY_WITNESS_NONE', 'assay.yaml names no witnesses', {
        hint: 'Add `witnesses:` with `quorum: 1` and `list:`, of each its `vkey` and `url`.',
      });
    }
    const asked = await askWitnesses(await context.records(), {
      vkey: project.vkey,
      quorum: witnesses.quorum,
      witnesses: witnesses.list,
      cosignedFile: project.paths.cosigned,
      highWater: fileHighWaterMarks(join(assayHome(context.environment), 'high-water')),
      timeoutMs: options.timeout * 1000,
      signal,
    });
    const { green, red } = output.colors;
    for (const { name, time, error } of asked.witnesses) {
      if (error) output.print(`${red('✗')} ${error.code}: ${error.message}`);
      else output.print(`${green('✓')} ${name} at ${new Date((time ?? 0) * 1000).toISOString()}`);
    }
    const count = asked.witnesses.filter(({ error }) => !error).length;
    output.print(`${count} of ${asked.witnesses.length} cosigned ${asked.size} records, ${asked.quorum} must`);
    output.result(asked);
    // Whoever saw another ledger is to be heard, also where enough others cosigned.
    const isConvicted = asked.witnesses.some(({ error }) => /_(?:AHEAD|FORKED)$/.test(error?.code ?? ''));
    return asked.cosigned && !isConvicted ? 0 : 1;
  },
});
