import { AssayError } from '../errors.ts';
import type { Account } from './account.ts';
import { type Administration, administrationCall, checkChain, checkContract, deployCall } from './contract.ts';
import { bytesOf, type Hex, hexOf } from './proof/index.ts';
import { quantity, type Rpc } from './rpc.ts';
import { send, signTransaction, type Waiting, waitUntilFinal } from './transaction.ts';

/** Makes the contract with its first log. The caller waits for it with the project's own finality. */
export async function deployContract(
  rpc: Rpc,
  account: Account,
  chain: number,
  log: { readonly owner: Hex; readonly logId: Hex; readonly submitter: Hex },
  waiting: Waiting,
): Promise<{ readonly contract: Hex; readonly block: number; readonly gas: number }> {
  await checkChain(rpc, chain);
  const receipt = await perform(
    rpc,
    account,
    { chain, data: await deployCall(log.owner, log.logId, log.submitter) },
    waiting,
  );
  const contract = hexOf(bytesOf(receipt.contractAddress, 'the address of the contract'));
  await checkContract(rpc, { chain, contract });
  return {
    contract,
    block: Number(quantity(receipt.blockNumber, 'number')),
    gas: Number(quantity(receipt.gasUsed, 'gas')),
  };
}

/** Pauses a log, lets it go on, or rotates its submitter in two steps. @returns the transaction's hash */
export async function administer(
  rpc: Rpc,
  account: Account,
  at: { readonly chain: number; readonly contract: Hex },
  logId: Hex,
  what: Administration,
  waiting: Waiting,
): Promise<Hex> {
  await checkContract(rpc, at);
  const call = { chain: at.chain, to: at.contract, data: await administrationCall(logId, what) };
  const receipt = await perform(rpc, account, call, waiting);
  return hexOf(bytesOf(receipt.transactionHash, 'the hash of the transaction'));
}

async function perform(
  rpc: Rpc,
  account: Account,
  call: { readonly chain: number; readonly to?: Hex; readonly data: Hex },
  waiting: Waiting,
): Promise<Readonly<Record<string, unknown>>> {
  const { nonce, attempt } = await signTransaction(rpc, account, call);
  waiting.onNote?.(`sending ${attempt.hash}`);
  await send(rpc, attempt);
  const pending = {
    chain: call.chain,
    contract: call.to ?? ('0x' as const),
    account: account.address,
    nonce,
    data: call.data,
    size: 0,
    note: '',
    attempts: [attempt],
  };
  // Not sent again at a higher price: a person stands by.
  const mined = await waitUntilFinal(
    rpc,
    account,
    pending,
    { ...waiting, patience: Number.POSITIVE_INFINITY },
    () => {},
  );
  if (mined !== undefined)
    return Object(await rpc.call('eth_getTransactionReceipt', [mined])) as Record<string, unknown>;
  throw new AssayError('ASSAY_ANCHOR_REPLACED', `another transaction of ${account.address} took the nonce ${nonce}`, {
    hint: 'Something else uses the same key at the same time. Try again.',
  });
}
