import {
  hexOf,
  latestAnchor,
  ledgerHead,
  logIdOf,
  logRoles,
  quantity,
  readPending,
  toBeAnchored,
} from '../anchors/index.ts';
import { anchorAccount, anchorConfig, anchorRpc, pendingFile } from './anchor-project.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  async run({ context, output, signal }) {
    const { chain, contract } = anchorConfig(context);
    const rpc = anchorRpc(context, signal);
    const records = await context.records();
    const logId = hexOf(logIdOf(context.project().origin));
    const latest = await latestAnchor(rpc, contract, logId);
    const roles = await logRoles(rpc, contract, logId);
    const head = await ledgerHead(records);
    let waiting = 0;
    for await (const _ of toBeAnchored(records, latest.size, head.size)) waiting++;
    const { address } = await anchorAccount(context);
    const balance = String(quantity(await rpc.call('eth_getBalance', [address, 'latest']), 'balance'));
    const pending = readPending(pendingFile(context))?.attempts.at(-1)?.hash;
    const line = (name: string, value: string) => output.print(`${output.colors.dim(name.padEnd(10))} ${value}`);
    line('contract', `${contract} on chain ${chain}`);
    line('anchored', `${latest.size} of ${head.size} records, in ${latest.seq} anchors; ${waiting} wait`);
    line('submitter', `${roles.submitter}${roles.paused ? ', paused' : ''}`);
    line('account', `${address}, ${balance} wei`);
    if (pending) line('on its way', pending);
    output.result({
      chain,
      contract,
      latest,
      records: head.size,
      waiting,
      ...roles,
      account: address,
      balance,
      pending,
    });
    return 0;
  },
});
