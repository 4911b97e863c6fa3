import { AssayError } from '../errors.ts';
import { concat, equalBytes } from '../records/proof/index.ts';
import {
  type AnchoredEvent,
  buildTrie,
  bytesOf,
  type ChainProof,
  encodeRlp,
  type Hex,
  hexOf,
  integerBytes,
  provenEvents,
} from './proof/index.ts';
import { quantity, type Rpc, RpcRefused } from './rpc.ts';

type Json = Readonly<Record<string, unknown>>;

/** A header's fields in their order; those that a fork added stand at the end, and are there from that fork on. */
const headerFields = [
  ['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom'],
  ['#difficulty', '#number', '#gasLimit', '#gasUsed', '#timestamp', 'extraData', 'mixHash', 'nonce'],
  ['#baseFeePerGas', 'withdrawalsRoot', '#blobGasUsed', '#excessBlobGas', 'parentBeaconBlockRoot', 'requestsHash'],
].flat();

/** The RLP of a block's header, from what `eth_getBlockByHash` says of it. */
function encodeHeader(block: Json): Uint8Array {
  const present = headerFields.filter((field) => {
    const value = block[field.replace('#', '')];
    return value !== undefined && value !== null;
  });
  return encodeRlp(
    present.map((field) =>
      field.startsWith('#')
        ? integerBytes(quantity(block[field.slice(1)], field.slice(1)))
        : bytesOf(block[field], `the ${field} of the block`),
    ),
  );
}

/** The consensus encoding of a receipt of any type (EIP-2718), from what the RPC says of it. */
function encodeReceipt(receipt: Json): Uint8Array {
  const logs = Array.isArray(receipt.logs) ? (receipt.logs as readonly Json[]) : [];
  const body = encodeRlp([
    // Before Byzantium it was the state's root.
    receipt.status === undefined
      ? bytesOf(receipt.root, 'the root of the receipt')
      : integerBytes(quantity(receipt.status, 'status')),
    integerBytes(quantity(receipt.cumulativeGasUsed, 'cumulative gas')),
    bytesOf(receipt.logsBloom, 'the bloom of the receipt'),
    logs.map(({ address, topics, data }) => [
      bytesOf(address, 'the address of an event'),
      (Array.isArray(topics) ? topics : []).map((topic) => bytesOf(topic, 'a topic')),
      bytesOf(data, 'the data of an event'),
    ]),
  ]);
  const type = receipt.type === undefined ? 0n : quantity(receipt.type, 'type');
  return type === 0n ? body : concat(integerBytes(type), body);
}

export interface Placed {
  readonly proof: ChainProof;
  readonly block: { readonly number: number; readonly hash: Hex; readonly time: string };
  readonly events: readonly AnchoredEvent[];
}

/**
 * Builds the proof of a mined transaction's events, from the block's receipts, and checks it down from the block's hash: what
 * the node says has to hash to the block that it names.
 *
 * @throws AssayError `ASSAY_ANCHOR_PROOF` when it does not
 */
export async function proveTransaction(rpc: Rpc, transaction: Hex, chain: number, contract: Hex): Promise<Placed> {
  const own = Object(await rpc.call('eth_getTransactionReceipt', [transaction])) as Json;
  const block = Object(await rpc.call('eth_getBlockByHash', [own.blockHash, false])) as Json;
  try {
    const hash = bytesOf(own.blockHash, 'the hash of the block');
    const header = encodeHeader(block);
    const receipts = await blockReceipts(rpc, block);
    const index = Number(quantity(own.transactionIndex, 'place of the transaction'));
    const { root, proof: nodes } = buildTrie(receipts.map(encodeReceipt), index);
    if (!equalBytes(root, bytesOf(block.receiptsRoot, 'the receipts root'))) {
      throw new Error('the receipts do not hash to the root in the header');
    }
    const proof: ChainProof = { chain, contract, transaction, index, header: hexOf(header), nodes: nodes.map(hexOf) };
    const events = provenEvents(proof, hash, bytesOf(contract, 'the contract'));
    const time = new Date(Number(quantity(block.timestamp, 'time of the block')) * 1000).toISOString();
    return { proof, events, block: { number: Number(quantity(block.number, 'number')), hash: hexOf(hash), time } };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new AssayError('ASSAY_ANCHOR_PROOF', `what ${rpc.host} says of ${transaction} does not hold: ${message}`, {
      hint: 'The node lies or is out of order, or the block was replaced just now. Try again, then ask another node.',
    });
  }
}

async function blockReceipts(rpc: Rpc, block: Json): Promise<readonly Json[]> {
  const transactions = Array.isArray(block.transactions) ? block.transactions : [];
  let receipts: unknown;
  try {
    receipts = await rpc.call('eth_getBlockReceipts', [block.number]);
  } catch (error) {
    // Not every node has the method.
    if (!(error instanceof RpcRefused)) throw error;
    const each: unknown[] = [];
    for (const transaction of transactions) each.push(await rpc.call('eth_getTransactionReceipt', [transaction]));
    receipts = each;
  }
  return Array.isArray(receipts) ? receipts.map((receipt) => Object(receipt) as Json) : [];
}
