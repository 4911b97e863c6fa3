import { administer, type Hex, hexOf, logIdOf } from '../anchors/index.ts';
import { AssayError } from '../errors.ts';
import { anchorAccount, anchorConfig, anchorRpc, finalityFor, waitOption } from './anchor-project.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['ACTION', '[ADDRESS]'],
  options: waitOption,
  details: 'ACTION is pause, resume or propose ADDRESS, by the owner; or accept, by the account that was proposed.',
  async run({ arguments: [action = '', address], options, context, output, signal }) {
    const { chain, contract } = anchorConfig(context);
    const finality = finalityFor(context, options.wait);
    const what = administration(action, address);
    const logId = hexOf(logIdOf(context.project().origin));
    const waiting = { finality, signal, onNote: (text: string) => output.note(text) };
    const account = await anchorAccount(context);
    const hash = await administer(anchorRpc(context, signal), account, { chain, contract }, logId, what, waiting);
    output.print(`${output.colors.green('✓')} ${action}: ${hash}`);
    output.result({ action, transaction: hash });
    return 0;
  },
});

function administration(action: string, address: string | undefined) {
  if (action === 'propose' && address !== undefined && /^0x[0-9a-fA-F]{40}$/.test(address)) {
    return { action, submitter: address.toLowerCase() as Hex } as const;
  }
  if (action === 'pause' || action === 'resume' || action === 'accept') return { action } as const;
  throw new AssayError('ASSAY_CLI_USAGE', 'ACTION is pause, resume, accept, or propose ADDRESS');
}
