import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { RecordStore, SealedRecord } from '../records/index.ts';
import { type Checkpoint, canonicalBytes } from '../records/proof/index.ts';
import type { Account } from './account.ts';
import { type Placed, proveTransaction } from './chain-proof.ts';
import { anchorCall, type ContractAt, checkContract, latestAnchor } from './contract.ts';
import { anchorDraft, anchorRecords, ledgerHead, rootAt, sameHex, toBeAnchored } from './ledger.ts';
import { type Pending, readPending, removePending, writePending } from './pending.ts';
import { bytesOf, type Hex, hexOf, logIdOf, noteHashOf } from './proof/index.ts';
import { hexQuantity, type Rpc } from './rpc.ts';
import { send, signTransaction, type Waiting, waitUntilFinal } from './transaction.ts';

/** What anchoring works with. Only one process at a time may anchor a ledger: the caller holds a lock. */
export interface Anchoring {
  readonly records: RecordStore;
  readonly objects: ObjectStore;
  readonly rpc: Rpc;
  readonly account: Account;
  readonly at: ContractAt & { readonly from: number };
  /** Signs a checkpoint of this ledger. */
  readonly sign: (checkpoint: Checkpoint) => string;
  /** Where a transaction is remembered that is on its way. */
  readonly pendingFile: string;
  readonly waiting: Waiting;
}

export interface Anchored {
  readonly record: SealedRecord;
  readonly size: number;
  readonly transaction: Hex;
}

/**
 * Anchors the ledger's newest checkpoint, unless nothing but anchors was added since the last. What an earlier call left
 * unfinished is finished first, and not sent twice.
 *
 * @throws AssayError `ASSAY_ANCHOR_FORK`, `ASSAY_ANCHOR_AHEAD`, and those of its parts
 */
export async function anchorNewest(work: Anchoring): Promise<readonly Anchored[]> {
  const settled = await settle(work);
  const head = await ledgerHead(work.records);
  const have = await chainState(work, head);
  const isNew = !(await toBeAnchored(work.records, have.size, head.size).next()).done;
  return isNew ? [...settled, await anchorAt(work, have.size, head.size, head)] : settled;
}

/** Anchors every record that is not anchored yet in a transaction of its own: the tree up to and with that record. */
export async function anchorEach(work: Anchoring): Promise<readonly Anchored[]> {
  const done = [...(await settle(work))];
  const head = await ledgerHead(work.records);
  let { size } = await chainState(work, head);
  for await (const { index } of toBeAnchored(work.records, size, head.size)) {
    done.push(await anchorAt(work, size, index + 1, head));
    size = index + 1;
  }
  return done;
}

/** Finishes what is on its way, or was anchored and is not recorded here. */
async function settle(work: Anchoring): Promise<readonly Anchored[]> {
  await checkContract(work.rpc, work.at);
  const pending = readPending(work.pendingFile);
  if (
    pending &&
    (pending.chain !== work.at.chain ||
      pending.contract !== work.at.contract ||
      pending.account !== work.account.address)
  ) {
    throw new AssayError(
      'ASSAY_ANCHOR_PENDING',
      `a transaction of ${pending.account} to ${pending.contract} on chain ${pending.chain} is not finished`,
      {
        hint: `Finish it with that account and contract, or give it up: remove ${work.pendingFile}.`,
      },
    );
  }
  if (pending) {
    const sealed = await finish(work, pending);
    if (sealed) return [sealed];
  }
  const head = await ledgerHead(work.records);
  const have = await chainState(work, head);
  const known = (await anchorRecords(work.records, work.at)).at(-1);
  if (have.size === 0 || (known && known.body.size >= have.size)) return [];
  const note = work.sign({ ...head, size: have.size, root: await rootAt(work.records, have.size, head) });
  const transaction = await findAnchored(work, hexOf(logIdOf(head.origin)), have.seq);
  if (transaction === undefined) return [];
  const sealed = await seal(work, transaction, note);
  return sealed ? [sealed] : [];
}

/**
 * What the chain has of this ledger, compared with it.
 * @throws AssayError `ASSAY_ANCHOR_AHEAD`, `ASSAY_ANCHOR_FORK`
 */
async function chainState(work: Pick<Anchoring, 'records' | 'rpc' | 'at'>, head: Checkpoint) {
  const have = await latestAnchor(work.rpc, work.at.contract, hexOf(logIdOf(head.origin)));
  await checkAgainstLedger(work.records, head, have);
  return have;
}

/** @throws AssayError `ASSAY_ANCHOR_AHEAD`, `ASSAY_ANCHOR_FORK` */
export async function checkAgainstLedger(
  records: RecordStore,
  head: Checkpoint,
  anchored: { readonly size: number; readonly root: Hex },
): Promise<void> {
  if (anchored.size > head.size) {
    throw new AssayError(
      'ASSAY_ANCHOR_AHEAD',
      `${anchored.size} records are anchored, and the ledger has ${head.size}`,
      {
        hint: 'It is an older copy, or was cut short: bring back the newer one before anything is added.',
      },
    );
  }
  if (anchored.size > 0 && !sameHex(anchored.root, await rootAt(records, anchored.size, head))) {
    throw new AssayError(
      'ASSAY_ANCHOR_FORK',
      `the ledger’s first ${anchored.size} records are not those that were anchored`,
      {
        hint: 'The history was rewritten after it was anchored, or this is another ledger of the same name.',
      },
    );
  }
}

async function anchorAt(work: Anchoring, have: number, size: number, head: Checkpoint): Promise<Anchored> {
  const { records, rpc, account, at } = work;
  const root = await rootAt(records, size, head);
  const note = work.sign({ ...head, size, root });
  const proof = have === 0 ? [] : await records.consistencyProof(have, size);
  const data = await anchorCall({
    logId: hexOf(logIdOf(head.origin)),
    size,
    root: hexOf(root),
    noteHash: hexOf(noteHashOf(note)),
    proof: proof.map(hexOf),
  });
  const { nonce, attempt } = await signTransaction(rpc, account, { chain: at.chain, to: at.contract, data });
  const pending: Pending = {
    chain: at.chain,
    contract: at.contract,
    account: account.address,
    nonce,
    data,
    size,
    note,
    attempts: [attempt],
  };
  writePending(work.pendingFile, pending);
  await send(rpc, attempt);
  const sealed = await finish(work, pending);
  if (sealed) return sealed;
  throw new AssayError('ASSAY_ANCHOR_REPLACED', `another transaction of ${account.address} took the nonce ${nonce}`, {
    hint: 'Something else uses the same key at the same time. Call `assay anchor` again.',
  });
}

/** Undefined when another transaction took its nonce: it can then never be mined. */
async function finish(work: Anchoring, pending: Pending): Promise<Anchored | undefined> {
  const store = (changed: Pending) => writePending(work.pendingFile, changed);
  let transaction: Hex | undefined;
  try {
    transaction = await waitUntilFinal(work.rpc, work.account, pending, work.waiting, store);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ASSAY_ANCHOR_REVERTED') removePending(work.pendingFile);
    throw error;
  }
  const sealed = transaction === undefined ? undefined : await seal(work, transaction, pending.note);
  removePending(work.pendingFile);
  return sealed;
}

/** Proves an anchor down from its block and records it; again, when it is recorded already, is no change. */
async function seal(work: Anchoring, transaction: Hex, note: string): Promise<Anchored | undefined> {
  const { rpc, at, records, objects } = work;
  const placed = await proveTransaction(rpc, transaction, at.chain, at.contract);
  const event = placed.events.find(({ noteHash }) => Buffer.from(noteHash).equals(noteHashOf(note)));
  if (!event) {
    throw new AssayError(
      'ASSAY_ANCHOR_PROOF',
      `the transaction ${transaction} has no event of ${at.contract} for this checkpoint`,
      {
        hint: 'Compare ledger and chain: `assay anchor verify`.',
      },
    );
  }
  const known = (await anchorRecords(records, at)).find(
    ({ body }) => body.block.hash === placed.block.hash && body.seq === event.seq,
  );
  if (known) return { record: known.sealed, size: event.size, transaction };
  const stored = await objects.put(canonicalBytes(placed.proof));
  const body = { ...bodyOf(placed, note), size: event.size, root: hexOf(event.root), seq: event.seq };
  const artifact = { name: 'chain-proof.json', md5: stored.md5, sha256: stored.sha256, size: stored.size };
  const [record] = await records.append([anchorDraft(body, artifact)]);
  return { record: record!, size: event.size, transaction };
}

function bodyOf({ proof, block }: Placed, note: string) {
  const { chain, contract, transaction } = proof;
  return { chain, contract, transaction, block, noteHash: hexOf(noteHashOf(note)), checkpoint: note };
}

/** Blocks that a node is asked to search at a time; providers allow no more. */
const span = 5000;

/** The transaction of the anchor with this number, newest blocks first. */
async function findAnchored({ rpc, at }: Anchoring, logId: Hex, seq: number): Promise<Hex | undefined> {
  const { encodeEventTopics } = await import('viem');
  const { abi } = await import('./contract.generated.ts');
  const topics = encodeEventTopics({ abi, eventName: 'Anchored', args: { logId, seq: BigInt(seq) } });
  const newest = Number(await rpc.call('eth_blockNumber', []));
  for (let to = newest; to >= at.from; to -= span) {
    const from = Math.max(at.from, to - span + 1);
    const filter = { address: at.contract, topics, fromBlock: hexQuantity(from), toBlock: hexQuantity(to) };
    const logs = await rpc.call('eth_getLogs', [filter]);
    const found = Array.isArray(logs) ? (Object(logs[0]) as { transactionHash?: unknown }).transactionHash : undefined;
    if (found !== undefined) return hexOf(bytesOf(found, 'the hash of the transaction'));
  }
  return undefined;
}
