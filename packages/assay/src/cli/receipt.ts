import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileHighWaterMarks, makeReceipt, referenceTo, resolveReference } from '../records/index.ts';
import { missedCosigned, readCosigned } from '../witness/index.ts';
import { assayHome } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['REF'],
  options: { out: { value: 'FILE', description: 'write it to a file; otherwise to standard output' } },
  details:
    'REF is kind/id, kind/id@M:m:p or the beginning of a hash. The receipt carries the record, its body, and the proof of its place; it is checked with `assay verify --receipt FILE --key VKEY`.',
  async run({ arguments: [reference], options, context, output }) {
    const records = await context.records();
    const sealed = await resolveReference(records, reference!);
    const { origin, paths } = context.project();
    const receipt = await makeReceipt(records, sealed, readCosigned(paths.cosigned));
    const marks = fileHighWaterMarks(join(assayHome(context.environment), 'high-water'));
    const missed = missedCosigned(paths.cosigned, origin, marks);
    if (missed !== undefined) {
      const what = `${paths.cosigned} is gone or an old copy: this home kept one of ${missed} records with cosignatures`;
      output.note(`${what}. The receipt may lack them: see \`assay ledger cosign\`.`);
    }
    if (options.out === undefined) {
      output.print(JSON.stringify(receipt, null, 2));
      output.result(receipt);
      return 0;
    }
    const file = resolve(context.directory, options.out);
    await writeFile(file, `${JSON.stringify(receipt, null, 2)}\n`);
    output.print(`${output.colors.green('✓')} ${options.out}: receipt of ${referenceTo(sealed)}`);
    output.print(
      output.colors.dim(`check it with: assay verify --receipt ${options.out} --key '${context.project().vkey}'`),
    );
    output.result({ file, record: sealed.hash, index: sealed.index, vkey: context.project().vkey });
    return 0;
  },
});
