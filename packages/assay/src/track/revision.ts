import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';
import { type Document, type Format, formats, readDocument, type Value } from './documents/index.ts';
import { refuseRedacted } from './redaction.ts';
import type { SearchIndex } from './search-index.ts';

/** What tracking works with. */
export interface TrackContext {
  readonly records: RecordStore;
  readonly objects: ObjectStore;
  /** Without one, searches look through the ledger. */
  readonly index?: SearchIndex | undefined;
}

/** Files lie under this in a record's artifacts, so that none is taken for the data. */
export const FILES = 'files/';

const mediaTypes: Readonly<Record<Exclude<Format, 'jdf'>, string>> = {
  json: 'application/json',
  ion: 'application/ion',
  yaml: 'application/yaml',
};

export function mediaTypeOf(format: Format): string {
  if (format !== 'jdf') return mediaTypes[format];
  throw new AssayError('ASSAY_TRACK_DOCUMENT', 'metadata is JSON, Ion or YAML; a JDF is data', {
    hint: 'Give it with --data.',
  });
}

/** One revision, with where its data and its files lie. */
export interface Revision {
  readonly sealed: SealedRecord;
  readonly metadataFormat: Format;
  readonly data: { readonly format: Format; readonly artifact: Artifact } | undefined;
  /** Named as they were given. */
  readonly files: readonly Artifact[];
}

export function revisionOf(sealed: SealedRecord): Revision {
  const { body, artifacts } = sealed.record;
  const entry = Object.entries(mediaTypes).find(([, type]) => type === body.mediaType);
  const data = artifacts.find(({ name }) => /^data\.(json|ion|yaml|jdf)$/.test(name));
  const format = formats.find((one) => data?.name === `data.${one}`);
  return {
    sealed,
    metadataFormat: (entry?.[0] as Format | undefined) ?? 'json',
    data: data && format ? { format, artifact: data } : undefined,
    files: artifacts
      .filter(({ name }) => name.startsWith(FILES))
      .map((artifact) => ({ ...artifact, name: artifact.name.slice(FILES.length) })),
  };
}

/** @throws AssayError `ASSAY_RECORD_REDACTED` */
export async function metadataOf({ records }: Pick<TrackContext, 'records'>, revision: Revision): Promise<Document> {
  const { record } = revision.sealed;
  await refuseRedacted(records, revision.sealed);
  const opened = (await records.body(record.body))!;
  const name = `${record.kind}/${record.id} metadata`;
  return { name, format: revision.metadataFormat, bytes: opened.bytes };
}

/** @throws AssayError `ASSAY_RECORD_REDACTED` */
export async function dataOf({ objects, records }: TrackContext, revision: Revision): Promise<Document | undefined> {
  if (revision.data === undefined) return undefined;
  await refuseRedacted(records, revision.sealed);
  const { kind, id } = revision.sealed.record;
  const bytes = await objects.read(revision.data.artifact.sha256);
  return { name: `${kind}/${id} data`, format: revision.data.format, bytes };
}

/** Metadata and data, read exactly. */
export async function valuesOf(
  context: TrackContext,
  revision: Revision,
): Promise<{ readonly metadata: Value; readonly data: Value | undefined }> {
  const data = await dataOf(context, revision);
  return { metadata: readDocument(await metadataOf(context, revision)), data: data && readDocument(data) };
}
