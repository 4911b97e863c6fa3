import { AssayError } from '../errors.ts';
import { abi, bytecode, runtimeBytecode } from './contract.generated.ts';
import type { Hex } from './proof/index.ts';
import { quantity, type Rpc, RpcRefused } from './rpc.ts';

/** Where checkpoints are anchored; `anchor` in assay.yaml. */
export interface ContractAt {
  readonly chain: number;
  readonly contract: Hex;
}

export interface LatestAnchor {
  /** 0: none yet. */
  readonly size: number;
  readonly root: Hex;
  readonly seq: number;
}

/**
 * That the node is of this chain, and the contract is ours, to the byte.
 * @throws AssayError `ASSAY_ANCHOR_CHAIN`, `ASSAY_ANCHOR_CONTRACT`
 */
export async function checkContract(rpc: Rpc, at: ContractAt): Promise<void> {
  await checkChain(rpc, at.chain);
  const code = await rpc.call('eth_getCode', [at.contract, 'latest']);
  if (code === runtimeBytecode) return;
  const what = code === '0x' ? 'there is no contract' : 'there is another contract than Assay’s';
  throw new AssayError('ASSAY_ANCHOR_CONTRACT', `${what} at ${at.contract} on chain ${at.chain}`, {
    hint: 'Compare `contract` and `chain` under `anchor` in assay.yaml with what `assay anchor deploy` printed.',
  });
}

/** @throws AssayError `ASSAY_ANCHOR_CHAIN` */
export async function checkChain(rpc: Rpc, chain: number): Promise<void> {
  const told = Number(quantity(await rpc.call('eth_chainId', []), 'chain id'));
  if (told === chain) return;
  throw new AssayError('ASSAY_ANCHOR_CHAIN', `the RPC at ${rpc.host} is of chain ${told}, not ${chain}`, {
    hint: 'Name a node of the right chain: `rpc` in assay.yaml, or ASSAY_ANCHOR_RPC.',
  });
}

/** The newest checkpoint of a log on chain, as the node says. */
export async function latestAnchor(rpc: Rpc, contract: Hex, logId: Hex): Promise<LatestAnchor> {
  const { decodeFunctionResult, encodeFunctionData } = await import('viem');
  const data = encodeFunctionData({ abi, functionName: 'latest', args: [logId] });
  const result = (await rpc.call('eth_call', [{ to: contract, data }, 'latest'])) as Hex;
  const [size, root, seq] = decodeFunctionResult({ abi, functionName: 'latest', data: result });
  return { size: Number(size), root, seq: Number(seq) };
}

/** Who may anchor, as the node says. */
export async function logRoles(
  rpc: Rpc,
  contract: Hex,
  logId: Hex,
): Promise<{ readonly submitter: Hex; readonly proposed: Hex; readonly paused: boolean }> {
  const { decodeFunctionResult, encodeFunctionData } = await import('viem');
  const data = encodeFunctionData({ abi, functionName: 'roles', args: [logId] });
  const result = (await rpc.call('eth_call', [{ to: contract, data }, 'latest'])) as Hex;
  const [submitter, proposed, paused] = decodeFunctionResult({ abi, functionName: 'roles', data: result });
  return { submitter: submitter.toLowerCase() as Hex, proposed: proposed.toLowerCase() as Hex, paused };
}

/** The call that anchors a checkpoint. */
export async function anchorCall(call: {
  readonly logId: Hex;
  readonly size: number;
  readonly root: Hex;
  readonly noteHash: Hex;
  readonly proof: readonly Hex[];
}): Promise<Hex> {
  const { encodeFunctionData } = await import('viem');
  const args = [call.logId, BigInt(call.size), call.root, call.noteHash, call.proof] as const;
  return encodeFunctionData({ abi, functionName: 'anchor', args });
}

/** The code that makes the contract, with its first log. */
export async function deployCall(owner: Hex, logId: Hex, submitter: Hex): Promise<Hex> {
  const { encodeDeployData } = await import('viem');
  return encodeDeployData({ abi, bytecode, args: [owner, logId, submitter] });
}

/** What the owner, or a proposed submitter, does with a log. */
export type Administration =
  | { readonly action: 'pause' | 'resume' | 'accept' }
  | { readonly action: 'propose'; readonly submitter: Hex };

export async function administrationCall(logId: Hex, what: Administration): Promise<Hex> {
  const { encodeFunctionData } = await import('viem');
  switch (what.action) {
    case 'propose':
      return encodeFunctionData({ abi, functionName: 'proposeSubmitter', args: [logId, what.submitter] });
    case 'accept':
      return encodeFunctionData({ abi, functionName: 'acceptSubmitter', args: [logId] });
    default:
      return encodeFunctionData({ abi, functionName: 'setPaused', args: [logId, what.action === 'pause'] });
  }
}

/** An error of the contract, or of the node, as one that tells what to do. */
export async function toldRefusal(error: unknown): Promise<unknown> {
  if (!(error instanceof RpcRefused)) return error;
  if (/insufficient funds|enough funds|doesn't have enough/i.test(error.message)) {
    return new AssayError('ASSAY_ANCHOR_FUNDS', error.message, {
      hint: 'Send ether to the account: see `assay anchor status`.',
    });
  }
  if (error.data === undefined) return error;
  const { decodeErrorResult } = await import('viem');
  try {
    const { errorName } = decodeErrorResult({ abi, data: error.data as Hex });
    const hints: Readonly<Record<string, string>> = {
      NotSubmitter: 'Only the submitter of this log anchors: see `assay anchor status`.',
      IsPaused: 'The owner paused this log: `assay anchor admin resume`.',
      NotOwner: 'Only the owner of the contract may: use its key.',
      NotProposed: 'The owner has to propose this account first.',
    };
    return new AssayError('ASSAY_ANCHOR_REVERTED', `the contract refuses: ${errorName}`, {
      hint: hints[errorName] ?? 'Compare ledger and chain: `assay anchor verify`.',
      cause: error,
    });
  } catch {
    return error;
  }
}
