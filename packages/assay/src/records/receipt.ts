import { AssayError } from '../errors.ts';
import { nodeHasher } from './hashing.ts';
import { readKeyRecords } from './key-records.ts';
import {
  doesNotProve,
  formatTlogProof,
  type KeyProof,
  type OpenedBytes,
  parseCheckpoint,
  RECEIPT_FORMAT,
  type Receipt,
  toBase64,
  verifyInclusion,
} from './proof/index.ts';
import type { Sealed, SealedRecord } from './record.ts';
import type { RecordStore } from './store.ts';

/** Larger bodies stay out of a receipt: their digest is proved all the same. */
const LARGEST_CARRIED = 2 ** 20;

const KEPT_BY = { witnesses: 'witnesses have cosigned', chain: 'an anchor on a chain is of' } as const;

/**
 * Makes the receipt of a record under the newest checkpoint, or under one that others keep, if that covers the record.
 * @param kept a checkpoint of this ledger that witnesses have cosigned, or that is anchored
 * @throws AssayError `ASSAY_LEDGER_FORKED` when the ledger has other records than that checkpoint vouches for
 */
export async function makeReceipt(
  records: RecordStore,
  sealed: SealedRecord,
  kept?: string,
  by: keyof typeof KEPT_BY = 'witnesses',
): Promise<Receipt> {
  const covers = kept !== undefined && parseCheckpoint(kept).size > sealed.index;
  const note = covers ? kept : await records.checkpoint();
  if (note === undefined) throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
  const { size, root } = parseCheckpoint(note);
  const path = await records.inclusionProof(sealed.index, size);
  if (covers && !verifyInclusion(nodeHasher.leaf(sealed.entry), sealed.index, size, path, root, nodeHasher)) {
    throw new AssayError('ASSAY_LEDGER_FORKED', `${KEPT_BY[by]} other records than the first ${size} here`, {
      hint: 'The ledger was rebuilt or edited: see `assay verify`.',
    });
  }
  const [body, remark] = [await open(records, sealed.record.body), await open(records, sealed.record.note)];
  const keys = await proveKeys(records, size);
  return {
    format: RECEIPT_FORMAT,
    entry: textOf(sealed.entry),
    ...(body && { body }),
    ...(remark && { note: remark }),
    proof: formatTlogProof({ index: sealed.index, path, checkpoint: note }),
    ...(keys.length > 0 && { keys }),
    doesNotProve,
  };
}

/** So that who has an earlier key of the ledger comes to trust the one that signed. */
async function proveKeys(records: RecordStore, size: number): Promise<readonly KeyProof[]> {
  const proofs: KeyProof[] = [];
  for (const { index, sealed, note, salt } of await readKeyRecords(records)) {
    if (index >= size) break;
    const path = await records.inclusionProof(index, size);
    proofs.push({
      index,
      entry: textOf(sealed.entry),
      body: { salt: toBase64(salt), bytes: toBase64(Buffer.from(note)) },
      path: path.map(toBase64),
    });
  }
  return proofs;
}

function textOf(entry: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry);
}

async function open(records: RecordStore, sealed: Sealed | undefined): Promise<OpenedBytes | undefined> {
  if (sealed === undefined || sealed.size > LARGEST_CARRIED) return undefined;
  const opened = await records.body(sealed);
  if (opened === undefined) return undefined;
  return { salt: Buffer.from(opened.salt).toString('base64'), bytes: Buffer.from(opened.bytes).toString('base64') };
}
