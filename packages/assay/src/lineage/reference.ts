import { AssayError } from '../errors.ts';
import { type RecordStore, resolveReference, type SealedRecord } from '../records/index.ts';

/** What a person's reference names: a record, or an object by its SHA-256. */
export type Found =
  | { readonly type: 'record'; readonly ref: string; readonly sealed: SealedRecord }
  | { readonly type: 'object'; readonly ref: string; readonly sha256: string };

/**
 * Finds what `resolveReference` finds, and `sha256:<hex>` of an object that some record names.
 *
 * @throws AssayError `ASSAY_LINEAGE_OBJECT_UNKNOWN`, and those of `resolveReference`.
 */
export async function findReference(records: RecordStore, text: string): Promise<Found> {
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(text) ?? [];
  if (sha256 === undefined) {
    const sealed = await resolveReference(records, text);
    return { type: 'record', ref: `record:${sealed.hash}`, sealed };
  }
  if ((await records.children(text)).length > 0) return { type: 'object', ref: text, sha256 };
  throw new AssayError('ASSAY_LINEAGE_OBJECT_UNKNOWN', `no record names the object ${sha256}`, {
    hint: 'Digests of artifacts are in `assay record show REF`; a folder is known by the digest of its manifest.',
  });
}
