import { AssayError } from '../errors.ts';
import { hexOf } from './hashing.ts';
import type { LedgerRecord, SealedRecord } from './record.ts';

/** A record from its row. Our own entries need no second validation; `verify` does that. @throws AssayError `ASSAY_LEDGER_DAMAGED` */
export function storedRecord(index: number, hash: Uint8Array, entry: Uint8Array): SealedRecord {
  return { index, hash: hexOf(hash), entry, record: readRecord(entry, index) };
}

function readRecord(entry: Uint8Array, index: number): LedgerRecord {
  try {
    return JSON.parse(Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8'));
  } catch (error) {
    throw new AssayError('ASSAY_LEDGER_DAMAGED', `the entry of record ${index} is not JSON any more`, {
      hint: 'Run `assay verify` to see what else is damaged, then restore from a backup.',
      cause: error,
    });
  }
}

/** A node that is not there, or no hash. */
export function missingNode(level: number, position: number): AssayError {
  return new AssayError(
    'ASSAY_LEDGER_DAMAGED',
    `the ledger lacks the tree's node at level ${level}, position ${position}`,
    { hint: 'Run `assay verify` to see what else is damaged, then restore from a backup.' },
  );
}
