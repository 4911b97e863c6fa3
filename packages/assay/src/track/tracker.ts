import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { Draft, RecordStore, SealedRecord } from '../records/index.ts';
import { checkBase, conflict, exists, pick } from './choice.ts';
import { nextArtifacts, storeFiles } from './files.ts';
import { checkName } from './kinds.ts';
import { type Plan, planRevision } from './plan.ts';
import { type Redacted, redactRevisions } from './redact.ts';
import { refuseRedacted } from './redaction.ts';
import { mediaTypeOf, metadataOf, type Revision, revisionOf, type TrackContext } from './revision.ts';
import type { SearchIndex } from './search-index.ts';
import type { Planned, Submission, Tracked, Update } from './submission.ts';

/** Records of any kind: created, updated, rolled back, retired. Nothing is erased. */
export class Tracker implements TrackContext {
  readonly records: RecordStore;
  readonly objects: ObjectStore;
  readonly index: SearchIndex | undefined;

  constructor(records: RecordStore, objects: ObjectStore, index?: SearchIndex) {
    this.records = records;
    this.objects = objects;
    this.index = index;
  }

  /** @throws AssayError `ASSAY_TRACK_EXISTS`, `ASSAY_TRACK_DOCUMENT`, `ASSAY_TRACK_SCHEMA_BROKEN`, `ASSAY_TRACK_VERSION`, `ASSAY_TRACK_NAME` */
  async create(given: Submission): Promise<Tracked> {
    const there = await this.#checkNew(given);
    if (there) throw exists(there);
    const plan = await planRevision(this, given, undefined);
    return this.#sealStored(given, async (stored) => this.#seal(stored, undefined, plan));
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
    const first = await planRevision(this, update, history);
    return this.#sealStored(update, async (stored) => {
      const plan = stored === update ? first : await planRevision(this, stored, history);
      const isSame = plan.changes.length === 0 && plan.files.length === 0 && plan.isSameWriting;
      if (isSame && update.note === undefined && update.revive !== true && update.version === undefined) {
        throw new AssayError('ASSAY_TRACK_UNCHANGED', `${kind}/${id} is what it was`, {
          hint: 'Add --note where there is something to say about it.',
        });
      }
      return this.#seal(stored, history, plan);
    });
  }

  /** What create or update would propose; nothing is stored, and files are told apart by names and given hashes only. */
  async propose(given: Update): Promise<Planned> {
    const history = await this.records.history(given.kind, given.id);
    if (history.length === 0) await this.#checkNew(given);
    const { version, because, changes, files } = await planRevision(
      this,
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
    const redacted = await redactRevisions(this, history, which, given, (draft) => this.#append(draft));
    await this.follow();
    return redacted;
  }

  /** Has the index of searches take in what it has not: after a redaction, which it has the fields of until then. */
  async follow(): Promise<void> {
    await this.index?.follow(this);
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

  /** Objects that nothing names yet may be removed by others between their storing and the commit: then once more. */
  async #sealStored<G extends Submission>(given: G, seal: (stored: G) => Promise<Tracked>): Promise<Tracked> {
    try {
      return await seal(await storeFiles(this.objects, given));
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'ASSAY_OBJECT_MISSING')) throw error;
      return seal(await storeFiles(this.objects, given));
    }
  }

  async #seal(
    given: Update,
    history: readonly Revision[] | undefined,
    { version, because, changes, metadata, schemas, last, files }: Plan,
  ): Promise<Tracked> {
    const artifacts = await nextArtifacts(this.objects, given, last);
    const sealed = await this.#append({
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
    });
    return { sealed, version, because, changes, files };
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
      const [sealed] = await this.records.append([{ ...draft, stored: true }]);
      return sealed!;
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'ASSAY_RECORD_CONFLICT')) throw error;
      const there = await this.records.latest(draft.kind, draft.id);
      throw there === undefined ? error : draft.revision === 1 ? exists(there) : conflict(there);
    }
  }
}
