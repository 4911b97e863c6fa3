import { AssayError } from '../errors.ts';
import type { Account } from './account.ts';
import { type Administration, administrationCall, checkChain, checkContract, deployCall } from './contract.ts';
import { type Pending, readPending, removePending, writePending } from './pending.ts';
import { bytesOf, type Hex, hexOf } from './proof/index.ts';
import { quantity, type Rpc } from './rpc.ts';
import { send, signTransaction, type Waiting, waitUntilFinal } from './transaction.ts';

/**
 * Makes the contract with its first log. What was sent is remembered in a file before, so that a call after a kill waits for that
 * one instead of making another contract. The caller removes the file when it has noted the contract.
 *
 * @throws AssayError `ASSAY_ANCHOR_PENDING` when another deployment is not finished
 */
export async function deployContract(
  rpc: Rpc,
  account: Account,
  chain: number,
  log: { readonly owner: Hex; readonly logId: Hex; readonly submitter: Hex },
  waiting: Waiting,
  pendingFile?: string,
): Promise<{ readonly contract: Hex; readonly block: number; readonly gas: number }> {
  await checkChain(rpc, chain);
  const receipt = await perform(
    rpc,
    account,
    { chain, data: await deployCall(log.owner, log.logId, log.submitter) },
    waiting,
    pendingFile,
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
  pendingFile?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const store = (changed: Pending) => {
    if (pendingFile !== undefined) writePending(pendingFile, changed);
  };
  const forget = () => {
    if (pendingFile !== undefined) removePending(pendingFile);
  };
  const earlier = pendingFile === undefined ? undefined : readPending(pendingFile);
  if (earlier) checkSame(earlier, { account, ...call }, pendingFile!);
  const pending = earlier ?? (await signed(rpc, account, call));
  waiting.onNote?.(`${earlier ? 'found again' : 'sending'} ${pending.attempts.at(-1)!.hash}`);
  store(pending);
  let mined: Hex | undefined;
  try {
    if (!earlier) await send(rpc, pending.attempts[0]!);
    mined = await waitUntilFinal(rpc, account, pending, waiting, store);
  } catch (error) {
    if (error instanceof AssayError && /_(REVERTED|FUNDS)$/.test(error.code)) forget();
    throw error;
  }
  if (mined !== undefined)
    return Object(await rpc.call('eth_getTransactionReceipt', [mined])) as Record<string, unknown>;
  forget();
  throw new AssayError(
    'ASSAY_ANCHOR_REPLACED',
    `another transaction of ${account.address} took the nonce ${pending.nonce}`,
    { hint: 'Something else uses the same key at the same time. Try again.' },
  );
}

async function signed(
  rpc: Rpc,
  account: Account,
  call: { readonly chain: number; readonly to?: Hex; readonly data: Hex },
): Promise<Pending> {
  const { nonce, attempt } = await signTransaction(rpc, account, call);
  const { chain, to, data } = call;
  return {
    chain,
    contract: to ?? '0x',
    account: account.address,
    nonce,
    data,
    size: 0,
    note: '',
    attempts: [attempt],
  };
}

function checkSame(
  earlier: Pending,
  { chain, account, data }: { readonly chain: number; readonly account: Account; readonly data: Hex },
  file: string,
): void {
  if (earlier.chain === chain && earlier.account === account.address && earlier.data === data) return;
  throw new AssayError(
    'ASSAY_ANCHOR_PENDING',
    `another deployment, by ${earlier.account} on chain ${earlier.chain}, is not finished`,
    { hint: `Finish it with the same account, chain and owner, or give it up: remove ${file}.` },
  );
}
