import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeProposalProof } from '../governance/index.ts';
import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  arguments: ['PROPOSAL'],
  options: { out: { value: 'FILE', description: 'where it is written', required: true } },
  async run({ arguments: [reference], options, context, output }) {
    const found = await (await governanceOf(context)).find(reference!);
    const proof = await makeProposalProof(await context.records(), found);
    await writeFile(resolve(context.directory, options.out), `${JSON.stringify(proof, null, 2)}\n`);
    output.print(
      `${options.out}: check it with assay verify --proposal ${options.out} --key '${context.project().vkey}'`,
    );
    output.result({ file: options.out, receipts: proof.receipts.length });
    return 0;
  },
});
