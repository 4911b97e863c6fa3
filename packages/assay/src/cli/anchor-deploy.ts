import { deployContract, type Hex, hexOf, logIdOf, openRpc, removePending } from '../anchors/index.ts';
import { AssayError } from '../errors.ts';
import { writeAnchorConfig } from '../workspace/index.ts';
import { anchorAccount, deploymentFile, readFinality } from './anchor-project.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    chain: { value: 'ID', number: true, required: true, description: 'the chain, by its number: 1 is Ethereum' },
    rpc: { value: 'URL', description: 'a node of it; kept in assay.yaml. Where it is a secret, set ASSAY_ANCHOR_RPC' },
    owner: { value: 'ADDRESS', description: 'who may pause and rotate; by default the account that pays' },
    finality: { value: 'WHEN', default: 'finalized', description: '`finalized`, `safe`, or a number of blocks' },
  },
  details: [
    'The account that pays becomes the submitter of this ledger. A contract is of one owner: nobody else can take its logs’ names.',
    'What was interrupted is found again by the same command, and no second contract is made.',
  ].join('\n'),
  async run({ options, context, output, signal }) {
    const { chain, rpc: url } = options;
    const finality = readFinality(options.finality, '--finality');
    const account = await anchorAccount(context);
    const owner = (options.owner?.toLowerCase() ?? account.address) as Hex;
    if (!/^0x[0-9a-f]{40}$/.test(owner)) throw new AssayError('ASSAY_CLI_USAGE', '--owner is no address');
    const rpc = openRpc(url ?? context.environment.ASSAY_ANCHOR_RPC ?? '', signal);
    const log = { owner, logId: hexOf(logIdOf(context.project().origin)), submitter: account.address };
    const pending = deploymentFile(context);
    const waiting = { finality, signal, onNote: (text: string) => output.note(text) };
    const { contract, block, gas } = await deployContract(rpc, account, chain, log, waiting, pending);
    output.print(`${output.colors.green('✓')} contract ${contract} in block ${block}, ${gas} gas`);
    writeAnchorConfig(context.project().paths.config, {
      chain,
      contract,
      from: block,
      finality,
      ...(url && { rpc: url }),
    });
    removePending(pending);
    output.result({ chain, contract, block, gas, owner, submitter: account.address });
    return 0;
  },
});
