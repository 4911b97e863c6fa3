import { revokeLedgerKey } from '../keys/index.ts';
import { acquireLock, vkeyId } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['KEY'],
  options: {
    since: { value: 'INDEX', number: true, description: 'from which record on (default: after its hand-over)' },
    reason: { value: 'TEXT', description: 'why, in one line; sealed, and shown to everyone' },
  },
  details: [
    'KEY is an earlier key, by its 8 hex digits or whole. The present one signs the revocation; a present key that leaked is rotated and',
    'revoked in one step: `assay ledger key rotate --revoke-since INDEX`. Checkpoints of this key that cover the record INDEX count no',
    'more on its word; what it signed before, it may have signed in the wrong hands as well: only witnesses and anchors tell.',
  ].join('\n'),
  async run({ arguments: [key = ''], options, context, output }) {
    const project = context.project();
    using _lock = await acquireLock(project.paths.locks, 'ledger-key', {
      command: 'assay ledger key',
      now: context.clock(),
    });
    const { since, reason } = options;
    const {
      vkey,
      since: from,
      sealed,
    } = await revokeLedgerKey(
      key,
      { ...(since !== undefined && { since }), ...(reason !== undefined && { reason }) },
      { project, records: await context.records(), signer: context.signer() },
    );
    const what = `${vkeyId(vkey)} counts for no checkpoint that covers record ${from} or a later one`;
    output.print(sealed ? `${output.colors.green('✓')} ${what}` : `${what}: the ledger says so already`);
    output.result({ vkey, since: from, record: sealed?.hash ?? null, index: sealed?.index ?? null });
    return 0;
  },
});
