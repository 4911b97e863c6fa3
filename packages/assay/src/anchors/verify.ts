import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import { makeReceipt, type RecordStore, type SealedRecord } from '../records/index.ts';
import { checkAgainstLedger } from './anchor.ts';
import { proveTransaction } from './chain-proof.ts';
import { type ContractAt, checkContract, latestAnchor } from './contract.ts';
import { type AnchorRecord, anchorRecords, ledgerHead, sameHex } from './ledger.ts';
import {
  ANCHOR_PROOF_FORMAT,
  type AnchorProof,
  anchorDoesNotProve,
  bytesOf,
  hexOf,
  logIdOf,
  readChainProof,
} from './proof/index.ts';
import type { Rpc } from './rpc.ts';
import { type Finality, isFinalBlock } from './transaction.ts';

/**
 * A record's proof for whoever knows the hash of a block: needs no node of the chain to make.
 * @throws AssayError `ASSAY_ANCHOR_NONE` when no anchor covers the record yet
 */
export async function makeAnchorProof(
  records: RecordStore,
  objects: ObjectStore,
  at: ContractAt,
  sealed: SealedRecord,
): Promise<{ readonly proof: AnchorProof; readonly anchor: AnchorRecord }> {
  const all = await anchorRecords(records, at);
  const size = all.find(({ body }) => body.size > sealed.index)?.body.size;
  // One that was anchored again, its block having been replaced, is the last of its size.
  const anchor = all.findLast(({ body }) => body.size === size);
  if (!anchor) {
    throw new AssayError('ASSAY_ANCHOR_NONE', `no anchor covers record number ${sealed.index} yet`, {
      hint: 'Run `assay anchor`.',
    });
  }
  const { artifacts } = anchor.sealed.record;
  const bytes = await objects.read(artifacts[0]!.sha256);
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  const proof: AnchorProof = {
    format: ANCHOR_PROOF_FORMAT,
    receipt: await makeReceipt(records, sealed, anchor.body.checkpoint, 'chain'),
    anchor: readChainProof(value),
    doesNotProve: anchorDoesNotProve,
  };
  return { proof, anchor };
}

export interface ChainVerdict {
  readonly ok: boolean;
  readonly anchors: number;
  /** What the chain has now. */
  readonly latest: { readonly size: number; readonly seq: number; readonly root: string };
  readonly failures: readonly { readonly code: string; readonly record?: string; readonly message: string }[];
}

/**
 * Compares ledger and chain: the contract's newest checkpoint with the ledger's tree, and each `anchor` record with its block,
 * as the node has it now.
 */
export async function verifyAnchors(
  records: RecordStore,
  rpc: Rpc,
  at: ContractAt,
  finality: Finality,
): Promise<ChainVerdict> {
  await checkContract(rpc, at);
  const failures: ChainVerdict['failures'][number][] = [];
  const attempt = async (record: SealedRecord | undefined, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      failures.push({ code: error.code, message: error.message, ...(record && { record: record.hash }) });
    }
  };
  const head = await ledgerHead(records);
  const logId = logIdOf(head.origin);
  const latest = await latestAnchor(rpc, at.contract, hexOf(logId));
  await attempt(undefined, () => checkAgainstLedger(records, head, latest));
  const all = await anchorRecords(records, at);
  for (const { sealed, body } of all) {
    // One whose block was replaced counts no more once the same checkpoint is anchored in another.
    if (all.some((other) => other.body.size === body.size && other.sealed.index > sealed.index)) continue;
    await attempt(sealed, async () => {
      if (!(await isFinalBlock(rpc, body.block, finality))) {
        throw new AssayError(
          'ASSAY_ANCHOR_REORG',
          `the block ${body.block.hash} is not in the chain, or not final yet`,
        );
      }
      const { events, block } = await proveTransaction(rpc, body.transaction, at.chain, at.contract);
      const fits = events.some(
        (event) =>
          Buffer.from(event.logId).equals(logId) &&
          event.size === body.size &&
          event.seq === body.seq &&
          sameHex(body.root, event.root) &&
          Buffer.from(event.noteHash).equals(bytesOf(body.noteHash, 'the note hash')),
      );
      if (block.hash !== body.block.hash || !fits) {
        throw new AssayError(
          'ASSAY_ANCHOR_PROOF',
          `the transaction ${body.transaction} says something else than the record`,
        );
      }
      await checkAgainstLedger(records, head, body);
    });
  }
  return { ok: failures.length === 0, anchors: all.length, latest, failures };
}
