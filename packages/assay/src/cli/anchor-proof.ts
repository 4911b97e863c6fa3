import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeAnchorProof } from '../anchors/index.ts';
import { referenceTo, resolveReference } from '../records/index.ts';
import { anchorConfig } from './anchor-project.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['REF'],
  options: { out: { value: 'FILE', required: true, description: 'the file to write' } },
  async run({ arguments: [reference = ''], options, context, output }) {
    const records = await context.records();
    const sealed = await resolveReference(records, reference);
    const { proof, anchor } = await makeAnchorProof(records, context.objects(), anchorConfig(context), sealed);
    await writeFile(resolve(context.directory, options.out), `${JSON.stringify(proof, null, 2)}\n`);
    const { block, contract } = anchor.body;
    output.print(`${output.colors.green('✓')} ${options.out}: ${referenceTo(sealed)} in block ${block.number}`);
    output.print(
      output.colors.dim(
        `check it with: assay anchor verify --offline ${options.out} --block ${block.hash} --contract ${contract} --key '${context.project().vkey}'`,
      ),
    );
    output.result({ record: sealed.hash, block, contract, vkey: context.project().vkey });
    return 0;
  },
});
