import { AssayError } from '../errors.ts';
import type { RecordStore, SealedRecord } from '../records/index.ts';

/** What a person's reference names: a record, or an object by its SHA-256. */
export type Found =
  | { readonly type: 'record'; readonly ref: string; readonly sealed: SealedRecord }
  | { readonly type: 'object'; readonly ref: string; readonly sha256: string };

/** Beginnings of hashes shorter than this are not looked up. */
const shortestPrefix = 4;

/**
 * Finds `kind/id@M:m:p` (the newest revision that bears the version), `kind/id` (the newest revision), a record's hash or the
 * beginning of it, `record:<hash>`, or `sha256:<hex>` of an object that some record names.
 *
 * @throws AssayError `ASSAY_REFERENCE_NOT_FOUND`, `ASSAY_REFERENCE_AMBIGUOUS`
 */
export async function findReference(records: RecordStore, text: string): Promise<Found> {
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(text) ?? [];
  if (sha256 !== undefined) {
    if ((await records.children(text)).length > 0) return { type: 'object', ref: text, sha256 };
    throw notFound(`no record names the object ${sha256}`);
  }
  const sealed = await findRecord(records, text);
  return { type: 'record', ref: `record:${sealed.hash}`, sealed };
}

/**
 * Like {@link findReference}, for records alone.
 * @throws AssayError `ASSAY_REFERENCE_NOT_FOUND`, `ASSAY_REFERENCE_AMBIGUOUS`
 */
export async function findRecord(records: RecordStore, text: string): Promise<SealedRecord> {
  const [, prefix] = /^(?:record:)?([0-9a-f]{1,64})$/.exec(text) ?? [];
  if (prefix !== undefined) return byPrefix(records, prefix);
  const [, kind, id, version] = /^([a-z][a-z0-9-]*)\/(.+?)(?:@(\d+:\d+:\d+))?$/.exec(text) ?? [];
  if (kind === undefined || id === undefined) throw notFound(`\`${text}\` is not a reference`);
  if (version === undefined) {
    const latest = await records.latest(kind, id);
    if (latest) return latest;
    throw notFound(`there is no record ${kind}/${id}`);
  }
  const history = await records.history(kind, id);
  const found = history.findLast(({ record }) => record.version === version);
  if (found) return found;
  if (history.length === 0) throw notFound(`there is no record ${kind}/${id}`);
  const versions = [...new Set(history.map(({ record }) => record.version))];
  throw notFound(`${kind}/${id} has no version ${version}`, `It has ${versions.slice(-5).join(', ')}.`);
}

async function byPrefix(records: RecordStore, prefix: string): Promise<SealedRecord> {
  if (prefix.length < shortestPrefix) {
    throw notFound(`\`${prefix}\` is too short`, `Give at least ${shortestPrefix} digits of the record's hash.`);
  }
  const hashes = await records.withPrefix(prefix, 6);
  if (hashes.length > 1) {
    const some = hashes.slice(0, 5).map((hash) => hash.slice(0, prefix.length + 6));
    throw new AssayError('ASSAY_REFERENCE_AMBIGUOUS', `more than one record's hash begins with ${prefix}`, {
      hint: `Give more of it: ${some.join(', ')}${hashes.length > 5 ? ', …' : ''}.`,
    });
  }
  const sealed = hashes[0] === undefined ? undefined : await records.get(hashes[0]);
  if (sealed) return sealed;
  throw notFound(`no record's hash begins with ${prefix}`);
}

function notFound(
  message: string,
  hint = "A reference is kind/id, kind/id@M:m:p, the beginning of a record's hash, or sha256:<hex>; `assay record log` lists records.",
): AssayError {
  return new AssayError('ASSAY_REFERENCE_NOT_FOUND', message, { hint });
}
