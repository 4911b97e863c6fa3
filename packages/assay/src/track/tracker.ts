import { AssayError } from '../errors.ts';
import type { Hashes, ObjectStore } from '../objects/index.ts';
import type { Artifact, Draft, RecordStore, SealedRecord } from '../records/index.ts';
import { type Change, diffDocuments } from './difference.ts';
import { type Document, readDocument } from './documents/index.ts';
import { checkName } from './kinds.ts';
import { type KeptElsewhere, keptElsewhere, redactionDraft, refuseRedacted } from './redaction.ts';
import { FILES, mediaTypeOf, metadataOf, type Revision, revisionOf, type TrackContext, valuesOf } from './revision.ts';
import { checkAgainstSchema } from './schemas.ts';
import { checkVersion, type FileChange, highestVersion, type ProposedVersion, proposeNext } from './versions.ts';

/** More would not fit into an entry. */
const MOST_FILES = 200;

/** A file as it is given: its name in the record, and where its bytes lie, on a disk or in the store already. */
export type GivenFile = { readonly name: string } & ({ readonly path: string } | { readonly stored: Hashes });

export interface Submission {
  readonly kind: string;
  readonly id: string;
  readonly metadata?: Document;
  readonly data?: Document;
  readonly files?: readonly GivenFile[];
  readonly note?: string | undefined;
  readonly version?: string | undefined;
}

export interface Update extends Submission {
  /** The revision that the change builds on: its number, or its hash or the beginning of it. */
  readonly base?: string | undefined;
  readonly removeFiles?: readonly string[] | undefined;
  /** Take a retired record into use again. */
  readonly revive?: boolean | undefined;
}

/** What sealing would say, or said. */
export interface Planned extends ProposedVersion {
  readonly changes: readonly Change[];
  readonly files: readonly FileChange[];
}

export interface Tracked extends Planned {
  readonly sealed: SealedRecord;
}

/** What a redaction did. */
export interface Redacted {
  readonly sealed: SealedRecord;
  readonly revisions: readonly number[];
  /** False when all of it was redacted before. */
  readonly isNew: boolean;
  /** Revisions and other records that still hold some of it. */
  readonly kept: readonly KeptElsewhere[];
}

interface Prepared extends Planned {
  readonly metadata: Document;
  readonly schemas: readonly SealedRecord[];
  readonly last: Revision | undefined;
  readonly isSameWriting: boolean;
}

/** Records of any kind: created, updated, rolled back, retired. Nothing is erased. */
export class Tracker implements TrackContext {
  readonly records: RecordStore;
  readonly objects: ObjectStore;

  constructor(records: RecordStore, objects: ObjectStore) {
    this.records = records;
    this.objects = objects;
  }

  /** @throws AssayError `ASSAY_TRACK_EXISTS`, `ASSAY_TRACK_DOCUMENT`, `ASSAY_TRACK_SCHEMA_BROKEN`, `ASSAY_TRACK_VERSION`, `ASSAY_TRACK_NAME` */
  async create(given: Submission): Promise<Tracked> {
    const there = await this.#checkNew(given);
    if (there) throw exists(there);
    const prepared = await this.#draft(given, undefined);
    return this.#seal(await this.#store(given), undefined, prepared);
  }

  /** @throws AssayError `ASSAY_TRACK_CONFLICT`, `ASSAY_TRACK_RETIRED`, `ASSAY_TRACK_UNCHANGED`, and those of `create` */
  async update(update: Update): Promise<Tracked> {
    const { kind, id } = update;
    const history = await this.history(kind, id);
    checkBase(history, update.base);
    const last = history.at(-1)!;
    if (last.sealed.record.event === 'retired' && update.revive !== true) {
      throw new AssayError('ASSAY_TRACK_RETIRED', `${kind}/${id} was retired in revision ${history.length}`, {
        hint: 'Add --revive to take it into use again.',
      });
    }
    // Mistakes in the documents are told before large files are copied; then their hashes say which of them changed.
    let prepared = await this.#draft(update, history);
    const given = await this.#store(update);
    if (given !== update) prepared = await this.#draft(given, history);
    const isSame = prepared.changes.length === 0 && prepared.files.length === 0 && prepared.isSameWriting;
    if (isSame && given.note === undefined && given.revive !== true && given.version === undefined) {
      throw new AssayError('ASSAY_TRACK_UNCHANGED', `${kind}/${id} is what it was`, {
        hint: 'Add --note where there is something to say about it.',
      });
    }
    return this.#seal(given, history, prepared);
  }

  /** What create or update would propose; nothing is stored, and files are told apart by names and given hashes only. */
  async propose(given: Update): Promise<Planned> {
    const history = await this.records.history(given.kind, given.id);
    if (history.length === 0) await this.#checkNew(given);
    const { version, because, changes, files } = await this.#draft(
      given,
      history.length > 0 ? history.map(revisionOf) : undefined,
    );
    return { version, because, changes, files };
  }

  /** Appends a revision with an older one's content and version. */
  async rollback(
    kind: string,
    id: string,
    to: string,
    given: { note?: string | undefined; base?: string | undefined } = {},
  ): Promise<SealedRecord> {
    const history = await this.history(kind, id);
    checkBase(history, given.base);
    const target = pick(history, to);
    await refuseRedacted(this.records, target.sealed);
    return this.#again(history, target, 'rolled-back', given.note, [
      { role: 'restores', ref: `record:${target.sealed.hash}` },
    ]);
  }

  /** Appends a revision that says that the record is no more in use. */
  async retire(
    kind: string,
    id: string,
    given: { note?: string | undefined; base?: string | undefined } = {},
  ): Promise<SealedRecord> {
    const history = await this.history(kind, id);
    checkBase(history, given.base);
    return this.#again(history, history.at(-1)!, 'retired', given.note, []);
  }

  /**
   * Takes the content of revisions away: metadata, note, and the data and files that no other record has. Their entries and
   * proofs stay. Appends a revision that says so; when all of them are redacted already, only what a killed process left is
   * removed.
   */
  async redact(
    kind: string,
    id: string,
    which: readonly string[],
    given: { reason: string; base?: string | undefined },
  ): Promise<Redacted> {
    const history = await this.history(kind, id);
    checkBase(history, given.base);
    if (given.reason.trim() === '') {
      throw new AssayError('ASSAY_TRACK_REDACTION', 'a redaction needs a reason', {
        hint: 'Say it without what it hides.',
      });
    }
    const named = [...new Set(which.map((one) => pick(history, one)))];
    const there = await Promise.all(named.map(({ sealed }) => this.records.body(sealed.record.body)));
    const present = named.filter((_, i) => there[i] !== undefined).map(({ sealed }) => sealed);
    for (const { sealed } of named) await this.records.release(sealed.hash);
    const last = history.at(-1)!;
    const numbers = named.map(({ sealed }) => sealed.record.revision);
    if (present.length === 0) return { sealed: last.sealed, revisions: numbers, isNew: false, kept: [] };
    const newest = present.includes(last.sealed) ? undefined : await metadataOf(this, last);
    const body = newest && { mediaType: last.sealed.record.body.mediaType, bytes: newest.bytes };
    const all = history.map(({ sealed }) => sealed);
    const kept = await keptElsewhere(this.records, all, present);
    const sealed = await this.#append(redactionDraft(all, present, body, given.reason));
    return { sealed, revisions: numbers, isNew: true, kept };
  }

  /** Revisions, oldest first. @throws AssayError `ASSAY_REF_UNKNOWN` */
  async history(kind: string, id: string): Promise<readonly Revision[]> {
    checkName(kind, id);
    const history = await this.records.history(kind, id);
    if (history.length > 0) return history.map(revisionOf);
    throw new AssayError('ASSAY_REF_UNKNOWN', `there is no ${kind} ${JSON.stringify(id)}`, {
      hint: `See \`assay track search kind:${kind}\`.`,
    });
  }

  /** A revision by `newest`, its number, its version, or the beginning of its hash; or the newest one at a time. */
  async revision(kind: string, id: string, which = 'newest', asOf?: Date): Promise<Revision> {
    const history = await this.history(kind, id);
    if (asOf === undefined) return pick(history, which);
    const found = history.findLast(({ sealed }) => Date.parse(sealed.record.at) <= asOf.getTime());
    if (found) return found;
    throw new AssayError('ASSAY_REF_UNKNOWN', `${kind}/${id} was not there yet at ${asOf.toISOString()}`, {
      hint: `It was created at ${history[0]!.sealed.record.at}.`,
    });
  }

  async #checkNew({ kind, id, metadata, data, files = [] }: Submission): Promise<SealedRecord | undefined> {
    checkName(kind, id);
    if (metadata === undefined && data === undefined && files.length === 0) {
      throw new AssayError('ASSAY_TRACK_EMPTY', 'there is nothing to track', {
        hint: 'Give --metadata, --data or --file.',
      });
    }
    return this.records.latest(kind, id);
  }

  async #draft(given: Update, history: readonly Revision[] | undefined): Promise<Prepared> {
    const { kind } = given;
    const last = history?.at(-1);
    const metadata = given.metadata ?? (last ? await metadataOf(this, last) : emptyMetadata);
    const value = readDocument(metadata);
    const data = given.data && readDocument(given.data);
    const schemas: SealedRecord[] = [];
    const bySchema = await checkAgainstSchema(this.records, kind, 'metadata', metadata, value);
    if (bySchema) schemas.push(bySchema);
    if (given.data && data) {
      const checked = await checkAgainstSchema(this.records, kind, 'data', given.data, data);
      if (checked) schemas.push(checked);
    }
    const before = last && (await valuesOf(this, last));
    const changes = before
      ? [
          ...diffDocuments(before.metadata, value, 'metadata'),
          ...(data ? diffDocuments(before.data, data, 'data') : []),
        ]
      : [];
    const files = fileChanges(last, given);
    const highest = history && highestVersion(history.map(({ sealed }) => sealed.record.version));
    const proposed =
      highest === undefined ? { version: '1:0:0', because: 'the first version' } : proposeNext(highest, changes, files);
    if (given.version !== undefined) checkVersion(given.version, highest);
    const chosen =
      given.version === undefined
        ? proposed
        : { version: given.version, because: `chosen by hand; proposed was ${proposed.version} (${proposed.because})` };
    const isSameWriting =
      given.data === undefined &&
      (given.metadata === undefined ||
        last === undefined ||
        Buffer.compare(given.metadata.bytes, (await metadataOf(this, last)).bytes) === 0);
    return { ...chosen, changes, files, metadata, schemas, last, isSameWriting };
  }

  async #seal(
    given: Update,
    history: readonly Revision[] | undefined,
    { version, because, changes, metadata, schemas, last, files }: Prepared,
  ): Promise<Tracked> {
    const artifacts = await this.#artifacts(given, last);
    const draft: Draft = {
      kind: given.kind,
      id: given.id,
      revision: (history?.length ?? 0) + 1,
      version,
      event: history ? 'updated' : 'created',
      body: { mediaType: mediaTypeOf(metadata.format), bytes: metadata.bytes },
      artifacts,
      parents: [
        ...(last ? [{ role: 'previous', ref: `record:${last.sealed.hash}` }] : []),
        ...schemas.map(({ hash }) => ({ role: 'schema', ref: `record:${hash}` })),
      ],
      ...(given.note === undefined ? {} : { note: given.note }),
    };
    const sealed = await this.#append(draft);
    return { sealed, version, because, changes, files };
  }

  /** Files go into the store, where they are durable before a record names them. */
  async #store<G extends Submission>(given: G): Promise<G> {
    const { files = [] } = given;
    if (!files.some((file) => 'path' in file)) return given;
    for (const { name } of files) checkFileName(name);
    const stored = await this.objects.batch(async (batch) => {
      const all: GivenFile[] = [];
      for (const file of files) {
        all.push('path' in file ? { name: file.name, stored: await batch.putFile(file.path) } : file);
      }
      return all;
    });
    return { ...given, files: stored };
  }

  async #artifacts(
    { data, files = [], removeFiles = [] }: Update,
    last: Revision | undefined,
  ): Promise<readonly Artifact[]> {
    const kept = (last?.sealed.record.artifacts ?? []).filter(
      ({ name }) =>
        !(data !== undefined && name.startsWith('data.')) &&
        !removeFiles.some((one) => name === `${FILES}${one}`) &&
        !files.some((one) => name === `${FILES}${one.name}`),
    );
    const added = files.map((file): Artifact => {
      checkFileName(file.name);
      if ('path' in file) throw new TypeError('a file is stored before it is named');
      const { md5, sha256, size } = file.stored;
      return { name: `${FILES}${file.name}`, md5, sha256, size };
    });
    if (data) added.push({ name: `data.${data.format}`, ...(await this.objects.put(data.bytes)) });
    const all = [...kept, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
    const twice = all.find(({ name }, i) => name === all[i + 1]?.name);
    if (all.length <= MOST_FILES && twice === undefined) return all;
    const message = twice ? `the file ${twice.name} is given twice` : `${all.length} files; at most ${MOST_FILES}`;
    throw new AssayError('ASSAY_TRACK_FILES', message, {
      hint: 'Many files go into one archive, or into `assay add`.',
    });
  }

  async #again(
    history: readonly Revision[],
    target: Revision,
    event: Draft['event'],
    note: string | undefined,
    parents: NonNullable<Draft['parents']>,
  ): Promise<SealedRecord> {
    const { record } = target.sealed;
    const { bytes } = await metadataOf(this, target);
    return this.#append({
      kind: record.kind,
      id: record.id,
      revision: history.length + 1,
      version: record.version,
      event,
      body: { mediaType: record.body.mediaType, bytes },
      artifacts: record.artifacts,
      parents: [{ role: 'previous', ref: `record:${history.at(-1)!.sealed.hash}` }, ...parents],
      ...(note === undefined ? {} : { note }),
    });
  }

  async #append(draft: Draft): Promise<SealedRecord> {
    try {
      const [sealed] = await this.records.append([draft]);
      return sealed!;
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'ASSAY_RECORD_CONFLICT')) throw error;
      const there = await this.records.latest(draft.kind, draft.id);
      throw there === undefined ? error : draft.revision === 1 ? exists(there) : conflict(there);
    }
  }
}

const emptyMetadata: Document = { name: 'metadata', format: 'json', bytes: Buffer.from('{}') };

function fileChanges(last: Revision | undefined, { files = [], removeFiles = [] }: Update): readonly FileChange[] {
  const there = last?.files ?? [];
  const unknown = removeFiles.find((name) => !there.some((one) => one.name === name));
  if (unknown !== undefined) throw new AssayError('ASSAY_TRACK_FILES', `there is no file ${unknown} to remove`);
  const given = files.flatMap((file): FileChange[] => {
    const before = there.find(({ name }) => name === file.name);
    if (before === undefined) return [{ name: file.name, change: 'added' }];
    const isSame = 'stored' in file && file.stored.sha256 === before.sha256;
    return isSame ? [] : [{ name: file.name, change: 'changed' }];
  });
  return [...given, ...removeFiles.map((name) => ({ name, change: 'removed' as const }))];
}

function checkFileName(name: string): void {
  const isPlain = /^[^\p{Cc}\\]{1,900}$/u.test(name) && name === name.trim() && !name.startsWith('/');
  if (isPlain && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')) return;
  throw new AssayError('ASSAY_TRACK_FILES', `${JSON.stringify(name)} is no name for a file of a record`);
}

/** Refuses a change that builds on what is no more the newest. */
function checkBase(history: readonly Revision[], base: string | undefined): void {
  const last = history.at(-1)!.sealed;
  if (base === undefined || pick(history, base).sealed.hash === last.hash) return;
  throw conflict(last);
}

function pick(history: readonly Revision[], which: string): Revision {
  const found =
    which === 'newest'
      ? history.at(-1)
      : /^\d{1,5}$/.test(which)
        ? history[Number(which) - 1]
        : history.findLast(
            ({ sealed }) => sealed.record.version === which || (which.length >= 6 && sealed.hash.startsWith(which)),
          );
  if (found) return found;
  const { kind, id } = history[0]!.sealed.record;
  throw new AssayError('ASSAY_REF_UNKNOWN', `${kind}/${id} has no revision ${which}`, {
    hint: `It has ${history.length}; see \`assay track history ${kind}/${id}\`.`,
  });
}

function exists({ record }: SealedRecord): AssayError {
  return new AssayError('ASSAY_TRACK_EXISTS', `${record.kind}/${record.id} is there already, since ${record.at}`, {
    hint: 'Use `assay track update`, or another id.',
  });
}

function conflict({ record }: SealedRecord): AssayError {
  return new AssayError(
    'ASSAY_TRACK_CONFLICT',
    `someone was first: ${record.kind}/${record.id} is at revision ${record.revision}, by ${record.by} at ${record.at}`,
    { hint: 'Read it again, and build on it.' },
  );
}
