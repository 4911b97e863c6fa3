import { randomBytes } from 'node:crypto';
import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import { sealedDigest } from './hashing.ts';
import { canonicalJson, parsePlainEntry } from './proof/index.ts';
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
  // What is read back as a record is one, and canonical; the thorough way is for texts that are not plain, and for refusals.
  const quick = writePlain(record);
  if (saysTheSame(parsePlainEntry(quick), record)) return { record, entry: Buffer.from(quick, 'latin1') };
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

/** The canonical JSON of a record whose texts are plain; of any other, a text that `parsePlainEntry` does not take. */
function writePlain(record: LedgerRecord): string {
  const { artifacts, at, body, by, event, id, kind, note, parents, revision, version } = record;
  const sealed = ({ digest, mediaType, size }: Sealed) =>
    `{"digest":"${digest}","mediaType":"${mediaType}","size":${size}}`;
  return (
    `{"artifacts":${artifacts.length === 0 ? '[]' : canonicalJson(artifacts)},"at":"${at}","body":${sealed(body)},` +
    `"by":"${by}","event":"${event}","id":"${id}","kind":"${kind}",${note ? `"note":${sealed(note)},` : ''}` +
    `"parents":${parents.length === 0 ? '[]' : canonicalJson(parents)},"revision":${revision},"v":1,"version":"${version}"}`
  );
}

/** Whether a plain record that was read back is the one that was written: a text with quotes could pass for other members. */
function saysTheSame(read: LedgerRecord | undefined, record: LedgerRecord): boolean {
  return (
    read !== undefined &&
    read.kind === record.kind &&
    read.id === record.id &&
    read.revision === record.revision &&
    read.version === record.version &&
    read.event === record.event &&
    read.at === record.at &&
    read.by === record.by &&
    read.body.mediaType === record.body.mediaType &&
    read.body.size === record.body.size &&
    read.note?.mediaType === record.note?.mediaType &&
    read.artifacts.length === record.artifacts.length &&
    read.parents.length === record.parents.length
  );
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

const SALTS = 256;
let salts = Buffer.alloc(0);
let nextSalt = 0;

/** Sixteen random bytes. Asked of the system for many at a time; none is given twice. */
function newSalt(): Buffer {
  if (nextSalt + 16 > salts.length) {
    salts = randomBytes(16 * SALTS);
    nextSalt = 0;
  }
  nextSalt += 16;
  return salts.subarray(nextSalt - 16, nextSalt);
}

async function sealBytes(mediaType: string, bytes: Uint8Array, objects: ObjectStore): Promise<SealedBytes> {
  const salt = newSalt();
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
