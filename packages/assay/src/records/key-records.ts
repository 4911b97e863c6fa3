import { AssayError } from '../errors.ts';
import { nodeEd25519, sealedDigest } from './hashing.ts';
import { equalBytes, followKeys, fromHex, KEY_RECORD, type Verifier, verifiersOf } from './proof/index.ts';
import type { SealedRecord } from './record.ts';
import type { BodyRow, Storage } from './storage.ts';
import type { RecordStore } from './store.ts';

/** What a ledger sealed about its keys, with what proves it to somebody else. */
export interface KeyRecord {
  readonly index: number;
  readonly sealed: SealedRecord;
  readonly note: string;
  readonly salt: Uint8Array;
}

/**
 * What a ledger says of its keys, in order; nothing while it has the key that it was begun with.
 * @throws AssayError `ASSAY_KEY_HISTORY` when a body is gone, and those of reading one
 */
export async function readKeyRecords(records: Pick<RecordStore, 'history' | 'body'>): Promise<readonly KeyRecord[]> {
  const found: KeyRecord[] = [];
  for (const sealed of await records.history(KEY_RECORD.kind, KEY_RECORD.id)) {
    const opened = await records.body(sealed.record.body);
    if (opened === undefined) throw gone(sealed.index);
    found.push({ index: sealed.index, sealed, note: Buffer.from(opened.bytes).toString('utf8'), salt: opened.salt });
  }
  return found;
}

/** The keys from one of them on, by what the storage holds. @throws AssayError those of `followKeys` and `verifiersOf` */
export async function verifiersFrom(
  storage: Pick<Storage, 'history' | 'body'>,
  vkey: string,
): Promise<readonly Verifier[]> {
  const statements = await readKeyRecords({
    history: (kind, id) => storage.history(kind, id),
    body: async ({ digest }) => statementOf(digest, await storage.body(fromHex(digest) ?? new Uint8Array(0))),
  });
  return verifiersOf(followKeys(vkey, statements, nodeEd25519), [], nodeEd25519);
}

/** A stored statement, which is short enough to lie in its row; undefined when it is gone or not what was sealed. */
export function statementOf(digest: string, row: Pick<BodyRow, 'salt' | 'bytes'> | undefined) {
  if (row?.bytes === undefined) return undefined;
  const { salt, bytes } = row;
  return equalBytes(sealedDigest(salt, bytes), fromHex(digest) ?? new Uint8Array(0)) ? { salt, bytes } : undefined;
}

function gone(index: number): AssayError {
  return new AssayError('ASSAY_KEY_HISTORY', `what record ${index} says of the ledger's keys is gone or damaged`, {
    hint: 'Restore it from a backup: without it nobody comes from an earlier key to the present one.',
  });
}
