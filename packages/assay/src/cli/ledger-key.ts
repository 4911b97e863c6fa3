import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: { all: { description: 'every key that the ledger had, and what became of it' } },
  details:
    'By it anyone verifies checkpoints and receipts. Give it to them on another way than these. --all verifies the hand-overs in the\n' +
    'ledger, from its first key on.',
  async run({ options, context, output }) {
    const project = context.project();
    const { origin, vkey } = project;
    if (!options.all) {
      output.print(vkey);
      output.result({ origin, vkey });
      return 0;
    }
    const { ledgerKeys } = await import('../keys/index.ts');
    const keys = await ledgerKeys(await context.records(), project);
    const { dim, red } = output.colors;
    for (const key of keys) {
      output.print(key.vkey);
      const last = key.until === undefined ? 'on: the present key' : `to ${key.until}, where it handed over`;
      output.print(dim(`  checkpoints of ${key.from} records ${last}`));
      const { revoked } = key;
      if (revoked)
        output.print(red(`  revoked from record ${revoked.since} on${revoked.reason ? `: ${revoked.reason}` : ''}`));
    }
    output.result({ origin, vkey, keys });
    return 0;
  },
});
