import type { SealedRecord } from '../records/index.ts';
import { diffDocuments } from './difference.ts';
import { type Document, readDocument } from './documents/index.ts';
import { fileChanges } from './files.ts';
import { metadataOf, type Revision, type TrackContext, valuesOf } from './revision.ts';
import { checkAgainstSchema } from './schemas.ts';
import type { Planned, Update } from './submission.ts';
import { checkVersion, highestVersion, proposeNext } from './versions.ts';

/** What is known of the next revision before anything is stored. */
export interface Plan extends Planned {
  readonly metadata: Document;
  readonly schemas: readonly SealedRecord[];
  readonly last: Revision | undefined;
  readonly isSameWriting: boolean;
}

const emptyMetadata: Document = { name: 'metadata', format: 'json', bytes: Buffer.from('{}') };

/**
 * Reads what is given, checks it against the schemas, compares it with the last revision, and proposes a version.
 * @param history undefined for a record that is to be created
 */
export async function planRevision(
  context: TrackContext,
  given: Update,
  history: readonly Revision[] | undefined,
): Promise<Plan> {
  const { kind } = given;
  const last = history?.at(-1);
  const metadata = given.metadata ?? (last ? await metadataOf(context, last) : emptyMetadata);
  const value = readDocument(metadata);
  const data = given.data && readDocument(given.data);
  const schemas: SealedRecord[] = [];
  const bySchema = await checkAgainstSchema(context.records, kind, 'metadata', metadata, value);
  if (bySchema) schemas.push(bySchema);
  if (given.data && data) {
    const checked = await checkAgainstSchema(context.records, kind, 'data', given.data, data);
    if (checked) schemas.push(checked);
  }
  const before = last && (await valuesOf(context, last));
  const changes = before
    ? [...diffDocuments(before.metadata, value, 'metadata'), ...(data ? diffDocuments(before.data, data, 'data') : [])]
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
      Buffer.compare(given.metadata.bytes, (await metadataOf(context, last)).bytes) === 0);
  return { ...chosen, changes, files, metadata, schemas, last, isSameWriting };
}
