import { AssayError } from '../errors.ts';
import type { Draft, RecordStore, SealedRecord } from '../records/index.ts';
import { nodeHasher, readContents } from '../records/index.ts';
import { type Checkpoint, Frontier, parseCheckpoint, verifyConsistency } from '../records/proof/index.ts';
import { bytesOf, type Hex } from './proof/index.ts';

/** Kind of the records that tell of an anchor. */
const anchorKind = 'anchor';

/** What an `anchor` record says. */
export interface AnchorBody {
  readonly chain: number;
  readonly contract: Hex;
  readonly transaction: Hex;
  readonly block: { readonly number: number; readonly hash: Hex; readonly time: string };
  readonly size: number;
  readonly root: Hex;
  readonly seq: number;
  readonly noteHash: Hex;
  /** The signed note whose hash that is. */
  readonly checkpoint: string;
}

export interface AnchorRecord {
  readonly sealed: SealedRecord;
  readonly body: AnchorBody;
}

/** Anchors of one log have one id, and count their revisions. */
function anchorId({ chain, contract }: { readonly chain: number; readonly contract: Hex }): string {
  return `eip155:${chain}:${contract}`;
}

export function anchorDraft(body: AnchorBody, proof: NonNullable<Draft['artifacts']>[number]): Draft {
  return {
    kind: anchorKind,
    id: anchorId(body),
    version: `1:0:${body.seq}`,
    event: body.seq === 1 ? 'created' : 'updated',
    body: { mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) },
    artifacts: [proof],
  };
}

/** The anchors that the ledger tells of, oldest first. */
export async function anchorRecords(
  records: RecordStore,
  at: { readonly chain: number; readonly contract: Hex },
): Promise<readonly AnchorRecord[]> {
  const all: AnchorRecord[] = [];
  for (const sealed of await records.history(anchorKind, anchorId(at))) {
    const contents = await readContents(records, sealed.record.body);
    if (contents.kind === 'json') all.push({ sealed, body: contents.value as AnchorBody });
  }
  return all;
}

/** The ledger's newest checkpoint. @throws AssayError `ASSAY_LEDGER_EMPTY` */
export async function ledgerHead(records: RecordStore): Promise<Checkpoint> {
  const note = await records.checkpoint();
  if (note === undefined) throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
  return parseCheckpoint(note);
}

/**
 * The root that the tree had at an earlier size, shown to be the beginning of the signed one.
 * @throws AssayError `ASSAY_LEDGER_DAMAGED`
 */
export async function rootAt(records: RecordStore, size: number, head: Checkpoint): Promise<Uint8Array> {
  const edge = new Map<number, Uint8Array>();
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) edge.set(level, await records.subtree(level, rest - 1));
  }
  const frontier = Frontier.restore(size, (level) => edge.get(level)!, nodeHasher);
  const root = frontier.root();
  const proof = await records.consistencyProof(size, head.size);
  if (!verifyConsistency(size, head.size, root, head.root, proof, nodeHasher)) {
    throw new AssayError('ASSAY_LEDGER_DAMAGED', `the tree of ${size} records does not lead to the signed checkpoint`, {
      hint: 'See what `assay verify` finds.',
    });
  }
  return root;
}

/** Records in `[start, end)` that are not of anchors, in order. */
export async function* toBeAnchored(records: RecordStore, start: number, end: number): AsyncGenerator<SealedRecord> {
  if (start >= end) return;
  for await (const sealed of records.entries(start, end)) if (sealed.record.kind !== anchorKind) yield sealed;
}

export function sameHex(a: Hex, b: Uint8Array): boolean {
  return Buffer.from(bytesOf(a, 'a hash')).equals(b);
}
