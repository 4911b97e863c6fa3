import { AssayError } from '../errors.ts';
import { nodeHasher } from './hashing.ts';
import {
  doesNotProve,
  formatTlogProof,
  type OpenedBytes,
  parseCheckpoint,
  RECEIPT_FORMAT,
  type Receipt,
  verifyInclusion,
} from './proof/index.ts';
import type { Sealed, SealedRecord } from './record.ts';
import type { RecordStore } from './store.ts';

/** Larger bodies stay out of a receipt: their digest is proved all the same. */
const LARGEST_CARRIED = 2 ** 20;

/**
 * Makes the receipt of a record under the newest checkpoint, or under a cosigned one that covers the record.
 * @param cosigned a checkpoint of this ledger with cosignatures of witnesses
 * @throws AssayError `ASSAY_LEDGER_FORKED` when the ledger has other records than the cosigned checkpoint vouches for
 */
export async function makeReceipt(records: RecordStore, sealed: SealedRecord, cosigned?: string): Promise<Receipt> {
  const covers = cosigned !== undefined && parseCheckpoint(cosigned).size > sealed.index;
  const note = covers ? cosigned : await records.checkpoint();
  if (note === undefined) throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
  const { size, root } = parseCheckpoint(note);
  const path = await records.inclusionProof(sealed.index, size);
  if (covers && !verifyInclusion(nodeHasher.leaf(sealed.entry), sealed.index, size, path, root, nodeHasher)) {
    throw new AssayError('ASSAY_LEDGER_FORKED', `witnesses have cosigned other records than the first ${size} here`, {
      hint: 'The ledger was rebuilt or edited: see `assay verify`.',
    });
  }
  const [body, remark] = [await open(records, sealed.record.body), await open(records, sealed.record.note)];
  return {
    format: RECEIPT_FORMAT,
    entry: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(sealed.entry),
    ...(body && { body }),
    ...(remark && { note: remark }),
    proof: formatTlogProof({ index: sealed.index, path, checkpoint: note }),
    doesNotProve,
  };
}

async function open(records: RecordStore, sealed: Sealed | undefined): Promise<OpenedBytes | undefined> {
  if (sealed === undefined || sealed.size > LARGEST_CARRIED) return undefined;
  const opened = await records.body(sealed);
  if (opened === undefined) return undefined;
  return { salt: Buffer.from(opened.salt).toString('base64'), bytes: Buffer.from(opened.bytes).toString('base64') };
}
