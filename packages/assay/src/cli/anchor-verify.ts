import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { verifyAnchorProof, verifyAnchors } from '../anchors/index.ts';
import { AssayError } from '../errors.ts';
import { nodeEd25519 } from '../records/index.ts';
import { anchorConfig, anchorRpc, finalityFor, waitOption } from './anchor-project.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    rpc: { value: 'URL', description: 'another node than the one in assay.yaml' },
    ...waitOption,
    offline: { value: 'FILE', description: 'check this proof with no network and no project' },
    block: { value: 'HASH', description: 'the block’s hash, from a source of your own; for --offline' },
    contract: { value: 'ADDRESS', description: 'the ledger’s contract; for --offline' },
    key: { value: 'VKEY', description: 'the ledger’s verifier key; for --offline' },
  },
  details:
    'Online it compares the ledger with the contract, and each anchor with its block. Changes nothing; exit code 1 when a check fails.',
  async run({ options, context, output, signal }) {
    const { green, red, bold, dim } = output.colors;
    if (options.offline !== undefined) {
      const { block, contract, key } = options;
      if (!block || !contract || !key) {
        throw new AssayError('ASSAY_ANCHOR_USAGE', '--offline needs --block, --contract and --key', {
          hint: 'None of them may come with the proof.',
        });
      }
      if (!/^0x[0-9a-fA-F]{64}$/.test(block) || !/^0x[0-9a-fA-F]{40}$/.test(contract)) {
        throw new AssayError('ASSAY_ANCHOR_USAGE', '--block is 0x and 64 hex digits, --contract 0x and 40');
      }
      const proof = await readJson(resolve(context.directory, options.offline));
      const verdict = verifyAnchorProof(proof, { block, contract, vkey: key }, nodeEd25519);
      for (const { name, status, message } of verdict.checks) {
        output.print(`${status === 'passed' ? green('✓') : red('✗')} ${bold(name.padEnd(11))} ${message}`);
      }
      if (verdict.ok && verdict.block)
        output.print(`existed before ${verdict.block.time} (block ${verdict.block.number})`);
      output.print(dim('What it does not prove:'));
      for (const text of verdict.doesNotProve) output.print(dim(`- ${text}`));
      output.result(verdict);
      return verdict.ok ? 0 : 1;
    }
    const config = anchorConfig(context);
    const rpc = anchorRpc(context, signal, options.rpc);
    const verdict = await verifyAnchors(await context.records(), rpc, config, finalityFor(context, options.wait));
    for (const { code, record, message } of verdict.failures) {
      output.print(`${red('✗')} ${bold(code)} ${record?.slice(0, 12) ?? ''}: ${message}`);
    }
    if (verdict.ok)
      output.print(
        `${green('✓')} ${verdict.anchors} anchors, ${verdict.latest.size} records anchored on chain ${config.chain}`,
      );
    output.result(verdict);
    return verdict.ok ? 0 : 1;
  },
});

async function readJson(path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return value;
  } catch (error) {
    throw new AssayError('ASSAY_ANCHOR_FILE', `${path} cannot be read as JSON`, { cause: error });
  }
}
