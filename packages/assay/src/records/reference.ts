import { AssayError } from '../errors.ts';
import type { SealedRecord } from './record.ts';
import type { RecordStore } from './store.ts';

const VERSION = /^(.*)@((?:0|[1-9]\d*):(?:0|[1-9]\d*):(?:0|[1-9]\d*))$/;
const HASH_PREFIX = /^[0-9a-f]{6,64}$/;
const MOST_CANDIDATES = 10;

/** How a person refers to a record. */
export function referenceTo({ record }: Pick<SealedRecord, 'record'>): string {
  return `${record.kind}/${record.id}@${record.version}`;
}

/**
 * Finds the record that a person means: `kind/id` (its newest revision), `kind/id@M:m:p` (the newest revision of that version),
 * or the first six or more hex digits of its hash.
 *
 * @throws AssayError `ASSAY_REF_INVALID`, `ASSAY_REF_UNKNOWN`, `ASSAY_REF_AMBIGUOUS`
 */
export async function resolveReference(records: RecordStore, reference: string): Promise<SealedRecord> {
  const slash = reference.indexOf('/');
  if (slash < 0) return byPrefix(records, reference.replace(/^record:/, '').toLowerCase());
  const kind = reference.slice(0, slash);
  const [, id, version] = VERSION.exec(reference.slice(slash + 1)) ?? [
    undefined,
    reference.slice(slash + 1),
    undefined,
  ];
  if (kind === '' || !id) throw invalid(reference);
  if (version === undefined) {
    const newest = await records.latest(kind, id);
    if (newest !== undefined) return newest;
  } else {
    const found = (await records.history(kind, id)).findLast(({ record }) => record.version === version);
    if (found !== undefined) return found;
  }
  throw await unknown(records, reference, kind, id, version);
}

async function byPrefix(records: RecordStore, prefix: string): Promise<SealedRecord> {
  if (!HASH_PREFIX.test(prefix)) throw invalid(prefix);
  const hashes = await records.withPrefix(prefix, MOST_CANDIDATES + 1);
  const [only] = hashes;
  const found = only === undefined || hashes.length > 1 ? undefined : await records.get(only);
  if (found !== undefined) return found;
  if (only === undefined) {
    throw new AssayError('ASSAY_REF_UNKNOWN', `no record's hash begins with ${prefix}`, {
      hint: 'See `assay record log`.',
    });
  }
  const candidates: string[] = [];
  for (const hash of hashes.slice(0, MOST_CANDIDATES)) {
    const candidate = await records.get(hash);
    candidates.push(`${hash.slice(0, prefix.length + 6)} ${candidate ? referenceTo(candidate) : ''}`);
  }
  if (hashes.length > MOST_CANDIDATES) candidates.push('…');
  throw new AssayError(
    'ASSAY_REF_AMBIGUOUS',
    `${prefix} begins the hash of more than one record: ${candidates.join(', ')}`,
    {
      hint: 'Give more digits.',
    },
  );
}

async function unknown(
  records: RecordStore,
  reference: string,
  kind: string,
  id: string,
  version: string | undefined,
): Promise<AssayError> {
  const newest = version === undefined ? undefined : await records.latest(kind, id);
  if (newest !== undefined) {
    return new AssayError(
      'ASSAY_REF_UNKNOWN',
      `${kind}/${id} has no version ${version}; its newest is ${newest.record.version}`,
      {
        hint: `See \`assay record log --kind ${kind}\`.`,
      },
    );
  }
  const some = (await records.list({ kind, limit: 1 })).length > 0;
  return new AssayError(
    'ASSAY_REF_UNKNOWN',
    some ? `there is no ${kind} ${JSON.stringify(id)}` : `there is no record of the kind ${kind}`,
    {
      hint: some
        ? `See \`assay record log --kind ${kind}\`.`
        : `See \`assay record log\`. ${reference} was read as kind/id.`,
    },
  );
}

function invalid(reference: string): AssayError {
  return new AssayError('ASSAY_REF_INVALID', `${JSON.stringify(reference)} does not refer to a record`, {
    hint: 'Write kind/id, kind/id@M:m:p, or at least six hex digits of the hash.',
  });
}
