import type { z } from '@hono/zod-openapi';
import { AssayError } from '../../errors.ts';
import { makeReceipt, type SealedRecord } from '../../records/index.ts';
import { type Document, type Revision, revisionOf, type Tracked, type Tracker } from '../../track/index.ts';
import { RequestError } from '../errors.ts';
import type { trackRequestSchema } from '../schemas/index.ts';

type Given = z.infer<typeof trackRequestSchema>;

export function showRevision(sealed: SealedRecord) {
  const { record, hash, index } = sealed;
  const { metadataFormat, data, files } = revisionOf(sealed);
  const { kind, id, revision, version, event, at, by } = record;
  const shownData = data ? { ...data.artifact, format: data.format } : null;
  return { kind, id, revision, version, event, at, by, hash, index, metadataFormat, data: shownData, files };
}

export async function showTracked(tracker: Tracker, { sealed }: Revision) {
  const body = await tracker.records.body(sealed.record.body);
  const note = sealed.record.note && (await tracker.records.body(sealed.record.note));
  return {
    ...showRevision(sealed),
    note: note ? Buffer.from(note.bytes).toString('utf8') : null,
    metadata: body ? { text: textOf(body.bytes), base64: Buffer.from(body.bytes).toString('base64') } : null,
  };
}

export async function showSealed(tracker: Tracker, { sealed, version, because, changes, files }: Tracked) {
  const receipt: unknown = await makeReceipt(tracker.records, sealed);
  return { sealed: showRevision(sealed), version, because, changes, files, receipt };
}

/** What the tracker takes, of what a page sent. @throws RequestError where a document is given in no way or in two */
export function submission({ metadata, data, ...rest }: Given) {
  return {
    ...rest,
    ...(metadata && { metadata: documentOf('metadata', metadata) }),
    ...(data && { data: documentOf('data', data) }),
  };
}

export function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new AssayError('ASSAY_TRACK_QUERY', `asOf: ${JSON.stringify(text)} is no time`);
}

function documentOf(name: string, { format, text, base64 }: NonNullable<Given['metadata']>): Document {
  if ((text === undefined) === (base64 === undefined)) {
    const path = `body.${name}`;
    throw new RequestError(400, 'ASSAY_API_REQUEST', `${path}: give one of text and base64`, { path });
  }
  const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text, 'utf8');
  return { name, format, bytes };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
