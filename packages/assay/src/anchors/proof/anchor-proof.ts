import {
  checksInto,
  type Ed25519,
  equalBytes,
  parseCheckpoint,
  parseTlogProof,
  type Receipt,
  verifyReceipt,
} from '../../records/proof/index.ts';
import { parseHeader, parseReceipt } from './block.ts';
import { bytesOf, type Hex, hexOf } from './bytes.ts';
import { type AnchoredEvent, logIdOf, noteHashOf, readAnchored } from './event.ts';
import { trieKey, verifyTrieProof } from './trie.ts';

export const ANCHOR_PROOF_FORMAT = 'assay-anchor-proof@v1';

/** An event in a block: enough to show it to whoever knows the block's hash. */
export interface ChainProof {
  readonly chain: number;
  readonly contract: Hex;
  readonly transaction: Hex;
  /** Of the transaction in its block. */
  readonly index: number;
  /** RLP of the block's header. */
  readonly header: Hex;
  /** Nodes of the trie of the block's receipts, from its root to the transaction's. */
  readonly nodes: readonly Hex[];
}

/** A record, the checkpoint that covers it, and the block in which that checkpoint was anchored. */
export interface AnchorProof {
  readonly format: typeof ANCHOR_PROOF_FORMAT;
  /** Under the very checkpoint that was anchored. */
  readonly receipt: Receipt;
  readonly anchor: ChainProof;
  readonly doesNotProve: readonly string[];
}

/** What an anchor proof leaves open. */
export const anchorDoesNotProve: readonly string[] = [
  'That the pinned block is part of the chain: take its hash from a node or an explorer that you trust, once it is final.',
  'Which chain it is, and that the address holds Assay’s contract: the block’s hash and the address stand for both.',
  'That what the record says is true, or that its artifacts still exist.',
  'That the record is not older: it existed before the block’s time.',
];

interface AnchorCheck {
  readonly name: 'format' | 'record' | 'block' | 'transaction' | 'event' | 'checkpoint';
  readonly status: 'passed' | 'failed';
  readonly message: string;
}

export interface AnchorVerdict {
  readonly ok: boolean;
  readonly checks: readonly AnchorCheck[];
  /** Hex hash of the record that it is about. */
  readonly record?: string;
  readonly block?: { readonly number: number; readonly hash: Hex; readonly time: string };
  readonly event?: { readonly size: number; readonly seq: number; readonly root: Hex };
  readonly doesNotProve: readonly string[];
}

interface Pinned {
  /** The block's hash, from a source of one's own. */
  readonly block: string;
  readonly contract: string;
  /** The ledger's verifier key. */
  readonly vkey: string;
}

/**
 * The anchored events of a transaction, shown from a block's hash down: header, trie of receipts, receipt.
 * @throws Error that says which link does not hold
 */
export function provenEvents(proof: ChainProof, blockHash: Uint8Array, contract: Uint8Array): readonly AnchoredEvent[] {
  const header = parseHeader(bytesOf(proof.header, 'the header'));
  if (!equalBytes(header.hash, blockHash)) {
    throw new Error(`the header is of the block ${hexOf(header.hash)}, not of ${hexOf(blockHash)}`);
  }
  const nodes = proof.nodes.map((node) => bytesOf(node, 'a node of the trie proof'));
  const { isSuccess, logs } = parseReceipt(verifyTrieProof(header.receiptsRoot, trieKey(proof.index), nodes));
  if (!isSuccess) throw new Error('the transaction was reverted');
  return logs.flatMap((log) => readAnchored(log, contract) ?? []);
}

/**
 * Checks an anchor proof with no network: of the parsed file nothing is believed but what leads to the pinned block's hash.
 * @throws AssayError `ASSAY_VKEY_INVALID`; Error when the pinned hash or address is none
 */
export function verifyAnchorProof(proof: unknown, pinned: Pinned, scheme?: Ed25519): AnchorVerdict {
  const [blockHash, contract] = [bytesOf(pinned.block, 'the block'), bytesOf(pinned.contract, 'the contract')];
  const checks: AnchorCheck[] = [];
  const check = checksInto<AnchorCheck['name']>(checks);
  const file = check('format', `the file is an ${ANCHOR_PROOF_FORMAT}`, () => readProof(proof));
  if (file === undefined) return { ok: false, checks, doesNotProve: anchorDoesNotProve };
  const { receipt, anchor } = file;
  const verdict = verifyReceipt(receipt, pinned.vkey, scheme);
  check('record', 'the record is in the tree of a checkpoint that the ledger signed', () => {
    const failed = verdict.checks.find(({ status }) => status === 'failed');
    if (failed) throw new Error(`${failed.name}: ${failed.message}`);
  });
  const header = check('block', 'the header has the pinned hash', () => {
    const parsed = parseHeader(bytesOf(anchor.header, 'the header'));
    if (!equalBytes(parsed.hash, blockHash)) throw new Error(`the header is of another block: ${hexOf(parsed.hash)}`);
    return parsed;
  });
  const events =
    header && check('transaction', 'its receipt is in the block', () => provenEvents(anchor, blockHash, contract));
  let event: AnchoredEvent | undefined;
  if (events) {
    event = check('event', `the contract ${pinned.contract} took the checkpoint`, () => {
      const { checkpoint: note } = parseTlogProof(receipt.proof);
      const { origin } = parseCheckpoint(note);
      const found = events.find(
        (candidate) => equalBytes(candidate.logId, logIdOf(origin)) && equalBytes(candidate.noteHash, noteHashOf(note)),
      );
      if (!found) throw new Error('no event of this contract in the transaction is about this log and checkpoint');
      return found;
    });
  }
  if (event) {
    const { size, root } = event;
    check('checkpoint', 'size and root on chain are those of the checkpoint', () => {
      const checkpoint = parseCheckpoint(parseTlogProof(receipt.proof).checkpoint);
      if (checkpoint.size !== size || !equalBytes(checkpoint.root, root))
        throw new Error('size or root on chain differ from the checkpoint');
    });
  }
  return {
    ok: checks.every(({ status }) => status === 'passed'),
    checks,
    doesNotProve: anchorDoesNotProve,
    ...(verdict.hash !== undefined && { record: verdict.hash }),
    ...(header && {
      block: {
        number: Number(header.number),
        hash: hexOf(header.hash),
        time: new Date(Number(header.timestamp) * 1000).toISOString(),
      },
    }),
    ...(event && { event: { size: event.size, seq: event.seq, root: hexOf(event.root) } }),
  };
}

/** @throws Error when the value is no chain proof */
export function readChainProof(value: unknown): ChainProof {
  const { chain, contract, transaction, index, header, nodes } = Object(value) as Partial<
    Record<keyof ChainProof, unknown>
  >;
  const hex = (text: unknown, what: string) => hexOf(bytesOf(text, what));
  if (!Number.isSafeInteger(chain) || !Number.isSafeInteger(index) || Number(index) < 0) {
    throw new Error('the chain or the place of the transaction is no number');
  }
  if (!Array.isArray(nodes) || nodes.length > 64) throw new Error('the trie proof is no list of at most 64 nodes');
  return {
    chain: Number(chain),
    contract: hex(contract, 'the contract'),
    transaction: hex(transaction, 'the transaction'),
    index: Number(index),
    header: hex(header, 'the header'),
    nodes: nodes.map((node) => hex(node, 'a node of the trie proof')),
  };
}

function readProof(value: unknown): Pick<AnchorProof, 'receipt' | 'anchor'> {
  const { format, receipt, anchor } = Object(value) as Partial<Record<keyof AnchorProof, unknown>>;
  if (format !== ANCHOR_PROOF_FORMAT)
    throw new Error(`the format is ${JSON.stringify(format)}, not ${ANCHOR_PROOF_FORMAT}`);
  if (typeof Object(receipt).proof !== 'string') throw new Error('the receipt of the record is missing');
  // `verifyReceipt` reads the rest of it.
  return { receipt: receipt as Receipt, anchor: readChainProof(anchor) };
}
