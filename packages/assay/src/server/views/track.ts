import { type Artifact, type RecordStore, readContents } from '../../records/index.ts';
import {
  compareRevisions,
  dataOf,
  type Format,
  metadataOf,
  metricsOverRevisions,
  type Revision,
  redactionOf,
  type Tracked,
  type Tracker,
} from '../../track/index.ts';
import type { SealedTrack, TrackDiff, TrackedRecordView } from '../schemas/index.ts';
import { artifactView, summarize } from './records.ts';

/** Larger documents are downloaded. */
const LARGEST_SHOWN = 2 ** 20;

export async function showTracked(
  tracker: Tracker,
  kind: string,
  id: string,
  which: { readonly revision?: string | undefined; readonly asOf?: Date | undefined },
): Promise<TrackedRecordView> {
  const revision = await tracker.revision(kind, id, which.revision, which.asOf);
  const history = await tracker.history(kind, id);
  const { sealed, metadataFormat, data, files } = revision;
  const { body } = sealed.record;
  const redacted = await redactionOf(tracker.records, sealed);
  const isGone = (await tracker.records.body(body)) === undefined;
  return {
    record: summarize(sealed),
    note: await noteOf(tracker.records, revision),
    redacted: redacted ?? null,
    metadata: {
      format: metadataFormat,
      size: body.size,
      text: isGone || body.size > LARGEST_SHOWN ? null : shown((await metadataOf(tracker, revision)).bytes),
    },
    data: data ? await showData(tracker, revision, data, isGone) : null,
    files: files.map(artifactView),
    revisions: history.map((one) => summarize(one.sealed)),
    metrics: [...(await metricsOverRevisions(tracker, history))],
  };
}

export async function diffTracked(
  tracker: Tracker,
  kind: string,
  id: string,
  a: string,
  b: string | undefined,
): Promise<TrackDiff> {
  const [before, after] = [await tracker.revision(kind, id, a), await tracker.revision(kind, id, b)];
  const comparison = await compareRevisions(tracker, before, after);
  return { before: summarize(before.sealed), after: summarize(after.sealed), ...comparison };
}

export function trackedView({ sealed, version, because, changes, files }: Tracked): SealedTrack {
  return { record: summarize(sealed), version, because, changes: [...changes], files: [...files] };
}

async function showData(
  tracker: Tracker,
  revision: Revision,
  { format, artifact }: { readonly format: Format; readonly artifact: Artifact },
  isGone: boolean,
) {
  const { size, sha256, md5 } = artifact;
  const isThere = !isGone && size <= LARGEST_SHOWN && (await tracker.objects.has(sha256));
  const document = isThere ? await dataOf(tracker, revision) : undefined;
  return { format, size, sha256, md5, text: document ? shown(document.bytes) : null };
}

async function noteOf(records: RecordStore, { sealed }: Revision): Promise<string | null> {
  const { note } = sealed.record;
  const contents = note && (await readContents(records, note));
  return contents?.kind === 'text' ? contents.text : null;
}

function shown(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
