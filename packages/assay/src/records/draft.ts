import { randomBytes } from 'node:crypto';
import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import { sealedDigest } from './hashing.ts';
import { canonicalJson } from './proof/index.ts';
import { LARGEST_ENTRY, recordProblem } from './proof/record.ts';
import type { Draft, LedgerRecord, Sealed } from './record.ts';

/** Larger bodies lie in the object store, and the record store names them. */
const LARGEST_INLINE_BODY = 65_536;

/** Bytes as the record store keeps them: `bytes` itself, or the SHA-256 of the object that holds them. */
export interface SealedBytes {
  readonly sealed: Sealed;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array;
  readonly object: Uint8Array | undefined;
}

/** A draft with its bytes salted and hashed; what is left to find out is its revision and its time. */
export interface PreparedDraft {
  readonly draft: Draft;
  readonly body: SealedBytes;
  readonly note: SealedBytes | undefined;
}

/** Salts and hashes a draft's bytes, and stores the large ones. */
export async function prepareDraft(draft: Draft, objects: ObjectStore): Promise<PreparedDraft> {
  checkDraft(draft);
  return {
    draft,
    body: await sealBytes(draft.body.mediaType, draft.body.bytes, objects),
    note:
      draft.note === undefined
        ? undefined
        : await sealBytes('text/plain;charset=utf-8', Buffer.from(draft.note, 'utf8'), objects),
  };
}

/**
 * The record and its entry.
 * @throws AssayError `ASSAY_RECORD_INVALID`, `ASSAY_RECORD_TOO_LARGE`
 */
export function buildEntry(
  { draft, body, note }: PreparedDraft,
  revision: number,
  at: string,
  by: string,
): { record: LedgerRecord; entry: Buffer } {
  const record: LedgerRecord = {
    v: 1,
    kind: draft.kind,
    id: draft.id,
    revision,
    version: draft.version,
    event: draft.event,
    at,
    by,
    ...(note && { note: note.sealed }),
    body: body.sealed,
    artifacts: (draft.artifacts ?? []).map(({ name, md5, sha256, size, kept }) => ({
      name,
      md5,
      sha256,
      size,
      ...(kept === undefined ? {} : { kept }),
    })),
    parents: (draft.parents ?? []).map(({ role, ref }) => ({ role, ref })),
  };
  const problem = recordProblem(record);
  if (problem !== undefined) throw invalid(draft, problem);
  const entry = Buffer.from(canonicalJson(record), 'utf8');
  if (entry.length > LARGEST_ENTRY) {
    throw new AssayError(
      'ASSAY_RECORD_TOO_LARGE',
      `the record ${draft.kind}/${draft.id} is ${entry.length} bytes; an entry is at most ${LARGEST_ENTRY}`,
      { hint: 'Put a long list of artifacts into one manifest object, and long texts into the body.' },
    );
  }
  return { record, entry };
}

/** Whether a sealed record says what the draft says; salts, time and person apart. */
export function sameContent(
  draft: Draft,
  record: LedgerRecord,
  stored: (sealed: Sealed) => { readonly salt: Uint8Array } | undefined,
): boolean {
  if (draft.version !== record.version || draft.event !== record.event) return false;
  if (canonicalJson(draft.artifacts ?? []) !== canonicalJson(record.artifacts)) return false;
  if (canonicalJson(draft.parents ?? []) !== canonicalJson(record.parents)) return false;
  if (draft.body.mediaType !== record.body.mediaType || !sameBytes(draft.body.bytes, record.body, stored)) return false;
  if (draft.note === undefined || record.note === undefined) return draft.note === record.note;
  return sameBytes(Buffer.from(draft.note, 'utf8'), record.note, stored);
}

function sameBytes(
  bytes: Uint8Array,
  sealed: Sealed,
  stored: (sealed: Sealed) => { readonly salt: Uint8Array } | undefined,
): boolean {
  if (bytes.length !== sealed.size) return false;
  const salt = stored(sealed)?.salt;
  return salt !== undefined && sealedDigest(salt, bytes).toString('hex') === sealed.digest;
}

async function sealBytes(mediaType: string, bytes: Uint8Array, objects: ObjectStore): Promise<SealedBytes> {
  const salt = randomBytes(16);
  const digest = sealedDigest(salt, bytes);
  const object = bytes.length > LARGEST_INLINE_BODY ? Buffer.from((await objects.put(bytes)).sha256, 'hex') : undefined;
  return { sealed: { mediaType, digest: digest.toString('hex'), size: bytes.length }, digest, salt, bytes, object };
}

/** What can be said before anything is stored; the rest is checked on the record. */
function checkDraft(draft: Draft): void {
  if (draft.revision !== undefined && !(Number.isSafeInteger(draft.revision) && draft.revision >= 1)) {
    throw invalid(draft, '`revision` must be an integer of at least 1');
  }
  if (draft.note !== undefined && !draft.note.isWellFormed()) throw invalid(draft, '`note` has a lone surrogate');
}

function invalid(draft: Draft, problem: string): AssayError {
  return new AssayError('ASSAY_RECORD_INVALID', `${draft.kind}/${draft.id}: the record ${problem}`);
}
