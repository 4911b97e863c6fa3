import { setTimeout as sleep } from 'node:timers/promises';
import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js';
import { AssayError } from '../errors.ts';
import type { Account } from './account.ts';
import { toldRefusal } from './contract.ts';
import type { Pending } from './pending.ts';
import { bytesOf, type Hex, hexOf } from './proof/index.ts';
import { hexQuantity, quantity, type Rpc, RpcRefused } from './rpc.ts';

/** When a mined transaction counts: after so many blocks, its own among them, or when the chain calls its block so. */
export type Finality = number | 'safe' | 'finalized';

export interface Waiting {
  readonly finality: Finality;
  readonly signal: AbortSignal;
  /** Milliseconds between looks. */
  readonly every?: number | undefined;
  /** Milliseconds until a transaction that is not mined is sent again at a higher price. */
  readonly patience?: number | undefined;
  /** Milliseconds until waiting ends. */
  readonly longest?: number | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

type Attempt = Pending['attempts'][number];

/**
 * Signs a transaction without sending it. The node tries it first, so that what the contract would refuse costs nothing.
 * @throws AssayError `ASSAY_ANCHOR_REVERTED`, `ASSAY_ANCHOR_FUNDS`
 */
export async function signTransaction(
  rpc: Rpc,
  account: Account,
  call: { readonly chain: number; readonly to?: Hex; readonly data: Hex },
): Promise<{ readonly nonce: number; readonly attempt: Attempt }> {
  const { address } = account;
  const to = call.to === undefined ? {} : { to: call.to };
  let gas: bigint;
  try {
    gas = quantity(await rpc.call('eth_estimateGas', [{ from: address, ...to, data: call.data }]), 'estimate of gas');
  } catch (error) {
    throw await toldRefusal(error);
  }
  const nonce = Number(quantity(await rpc.call('eth_getTransactionCount', [address, 'pending']), 'nonce'));
  const tip = await suggestedTip(rpc);
  const maxFeePerGas = 2n * (await baseFee(rpc)) + tip;
  // The estimate is of the state now; a tenth more costs nothing when it is not used.
  return { nonce, attempt: await attemptAt(account, call, nonce, { maxFeePerGas, tip, gas: gas + gas / 10n }) };
}

async function attemptAt(
  account: Account,
  call: { readonly chain: number; readonly to?: Hex; readonly data: Hex },
  nonce: number,
  { maxFeePerGas, tip, gas }: { readonly maxFeePerGas: bigint; readonly tip: bigint; readonly gas: bigint },
): Promise<Attempt> {
  const { chain: chainId, ...rest } = call;
  const raw = await account.sign({ chainId, nonce, ...rest, gas, maxFeePerGas, maxPriorityFeePerGas: tip });
  const hash = hexOf(keccak256(bytesOf(raw, 'the transaction')));
  return { hash, raw, maxFeePerGas: String(maxFeePerGas), tip: String(tip), gas: String(gas) };
}

async function baseFee(rpc: Rpc): Promise<bigint> {
  const { baseFeePerGas } = Object(await rpc.call('eth_getBlockByNumber', ['latest', false])) as {
    baseFeePerGas?: unknown;
  };
  return quantity(baseFeePerGas, 'base fee');
}

async function suggestedTip(rpc: Rpc): Promise<bigint> {
  try {
    return quantity(await rpc.call('eth_maxPriorityFeePerGas', []), 'tip');
  } catch (error) {
    if (!(error instanceof RpcRefused)) throw error;
    return 1_000_000_000n;
  }
}

/** Sends a signed transaction; one that the node has already is no error. @throws AssayError */
export async function send(rpc: Rpc, attempt: Attempt): Promise<void> {
  try {
    await rpc.call('eth_sendRawTransaction', [attempt.raw]);
  } catch (error) {
    if (
      error instanceof RpcRefused &&
      /already known|already imported|known transaction|nonce.*too low|already been|already exists/i.test(error.message)
    )
      return;
    throw await toldRefusal(error);
  }
}

/**
 * Waits until a transaction, or a dearer one in its place, is mined and final. A block that is replaced is told, and the
 * transaction sent again.
 *
 * @param replaced told of a dearer transaction before it is sent
 * @returns the hash of the one that was mined; undefined when another transaction took its nonce
 * @throws AssayError `ASSAY_ANCHOR_REVERTED`, `ASSAY_ANCHOR_TIMEOUT`, `ASSAY_ANCHOR_FINALITY`
 */
export async function waitUntilFinal(
  rpc: Rpc,
  account: Account,
  pending: Pending,
  waiting: Waiting,
  replaced: (pending: Pending) => void,
): Promise<Hex | undefined> {
  const { every = 1000, patience = 60_000, longest = 30 * 60_000, onNote, signal } = waiting;
  const began = performance.now();
  let current = pending;
  let sentAt = began;
  let seenIn: string | undefined;
  let isDearest = false;
  let lacks: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const mined = await findMined(rpc, current);
    if (mined) {
      if (seenIn !== undefined && seenIn !== mined.blockHash)
        onNote?.(`the block ${seenIn} was replaced: the transaction is now in ${mined.blockHash}`);
      seenIn = mined.blockHash;
      const standing = await finalityOf(rpc, { number: mined.blockNumber, hash: mined.blockHash }, waiting.finality);
      if (standing === 'none' && lacks === undefined) onNote?.(`the chain names no ${waiting.finality} block so far`);
      lacks = standing === 'none' ? `the chain names no ${waiting.finality} block` : undefined;
      if (standing === 'final') {
        if (mined.isSuccess) return mined.hash;
        throw new AssayError('ASSAY_ANCHOR_REVERTED', `the transaction ${mined.hash} was reverted`, {
          hint: 'Nothing was anchored by it. Compare ledger and chain: `assay anchor verify`; then anchor again.',
        });
      }
    } else {
      if (seenIn !== undefined) onNote?.(`the block ${seenIn} is gone from the chain: the transaction is sent again`);
      const count = Number(quantity(await rpc.call('eth_getTransactionCount', [current.account, 'latest']), 'nonce'));
      // Looked for once more: it may have been mined between the two questions.
      if (count > current.nonce && !(await findMined(rpc, current))) return undefined;
      if (count <= current.nonce) {
        if (seenIn === undefined && performance.now() - sentAt > patience) {
          const next = await dearer(rpc, account, current);
          if (next) {
            current = next;
            replaced(current);
            const price = gwei(current.attempts.at(-1)!.maxFeePerGas);
            onNote?.(`not mined yet: sent again for at most ${price} gwei a gas`);
          } else if (!isDearest) {
            isDearest = true;
            onNote?.(`not mined at ${HIGHEST} times its first price: it is not raised further`);
          }
          sentAt = performance.now();
        }
        await send(rpc, current.attempts.at(-1)!);
      }
      seenIn = undefined;
    }
    if (performance.now() - began > longest) {
      if (lacks !== undefined) throw lacksFinality(lacks);
      throw new AssayError(
        'ASSAY_ANCHOR_TIMEOUT',
        `the transaction ${current.attempts.at(-1)!.hash} is not final yet`,
        {
          hint: 'It is remembered: `assay anchor` goes on waiting for it.',
        },
      );
    }
    await sleep(every, undefined, { signal });
  }
}

/** So many times what was first offered is the most that is ever offered. */
const HIGHEST = 10n;

/** A replacement has to pay at least a tenth more for both. Undefined when that would be over what is offered at most. */
async function dearer(rpc: Rpc, account: Account, pending: Pending): Promise<Pending | undefined> {
  const last = pending.attempts.at(-1)!;
  const raised = (fee: string) => (BigInt(fee) * 5n) / 4n + 1n;
  const tip = raised(last.tip);
  const needed = 2n * (await baseFee(rpc)) + tip;
  const least = raised(last.maxFeePerGas);
  const most = HIGHEST * BigInt(pending.attempts[0]!.maxFeePerGas);
  if (least > most) return undefined;
  const wanted = needed > least ? needed : least;
  const to = pending.contract === '0x' ? {} : { to: pending.contract };
  const call = { chain: pending.chain, ...to, data: pending.data };
  const fees = { tip, maxFeePerGas: wanted < most ? wanted : most, gas: BigInt(last.gas) };
  return { ...pending, attempts: [...pending.attempts, await attemptAt(account, call, pending.nonce, fees)] };
}

interface Mined {
  readonly hash: Hex;
  readonly blockHash: string;
  readonly blockNumber: bigint;
  readonly isSuccess: boolean;
}

async function findMined(rpc: Rpc, pending: Pick<Pending, 'attempts'>): Promise<Mined | undefined> {
  for (const { hash } of pending.attempts) {
    const receipt = await rpc.call('eth_getTransactionReceipt', [hash]);
    if (receipt === null) continue;
    const { blockHash, blockNumber, status } = Object(receipt) as Readonly<Record<string, unknown>>;
    if (typeof blockHash !== 'string') continue;
    return { hash, blockHash, blockNumber: quantity(blockNumber, 'number of the block'), isSuccess: status === '0x1' };
  }
  return undefined;
}

function gwei(wei: string): string {
  return String(Number((BigInt(wei) + 500_000n) / 1_000_000n) / 1000);
}

function lacksFinality(message: string): AssayError {
  return new AssayError('ASSAY_ANCHOR_FINALITY', message, {
    hint: 'Wait for a number of blocks instead: --wait 12, or `finality` in assay.yaml.',
  });
}

/** Whether a block is the chain's at its height, and as old as asked; `none` when the chain has no block of that finality yet. */
async function finalityOf(
  rpc: Rpc,
  block: { readonly number: bigint | number; readonly hash: string },
  finality: Finality,
): Promise<'final' | 'open' | 'none'> {
  const at = Object(await rpc.call('eth_getBlockByNumber', [hexQuantity(block.number), false])) as { hash?: unknown };
  if (at.hash !== block.hash) return 'open';
  const head = await blockTagged(rpc, typeof finality === 'number' ? 'latest' : finality);
  if (head === null) return 'none';
  const number = quantity((head as { number?: unknown }).number, 'number of a block');
  return number - BigInt(block.number) + 1n >= BigInt(typeof finality === 'number' ? finality : 1) ? 'final' : 'open';
}

/** @throws AssayError `ASSAY_ANCHOR_FINALITY` when the node does not know the tag */
async function blockTagged(rpc: Rpc, tag: 'latest' | 'safe' | 'finalized'): Promise<unknown> {
  try {
    return await rpc.call('eth_getBlockByNumber', [tag, false]);
  } catch (error) {
    if (!(error instanceof RpcRefused) || tag === 'latest') throw error;
    // Young chains have none yet; geth says so by an error.
    if (/not found/i.test(error.message)) return null;
    throw lacksFinality(`the chain knows no ${tag} blocks: ${error.message}`);
  }
}

/** @throws AssayError `ASSAY_ANCHOR_FINALITY` when the chain has no block of that finality */
export async function isFinalBlock(
  rpc: Rpc,
  block: { readonly number: bigint | number; readonly hash: string },
  finality: Finality,
): Promise<boolean> {
  const standing = await finalityOf(rpc, block, finality);
  if (standing === 'none') throw lacksFinality(`the chain names no ${finality} block`);
  return standing === 'final';
}
