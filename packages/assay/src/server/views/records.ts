import {
  type Artifact,
  type Parent,
  type RecordStore,
  readContents,
  resolveReference,
  type SealedRecord,
} from '../../records/index.ts';
import { parseCheckpoint, toBase64 } from '../../records/proof/index.ts';
import type { RecordList, RecordSummary, RecordView } from '../schemas/index.ts';

export function summarize({ hash, index, record }: SealedRecord): RecordSummary {
  const { kind, id, revision, version, event, at, by } = record;
  return { ref: `record:${hash}`, hash, index, kind, id, revision, version, event, at, by };
}

export function artifactView({ name, md5, sha256, size }: Artifact): Artifact {
  return { name, md5, sha256, size };
}

export async function listRecords(
  records: RecordStore,
  query: { readonly kind?: string | undefined; readonly before?: number | undefined; readonly limit: number },
): Promise<RecordList> {
  const { kind, before, limit } = query;
  const page = await records.list({
    limit: limit + 1,
    ...(kind === undefined ? {} : { kind }),
    ...(before === undefined ? {} : { before }),
  });
  const items = page.slice(0, limit);
  return { items: items.map(summarize), next: page.length > limit ? (items.at(-1)?.index ?? null) : null };
}

/** @throws AssayError as `resolveReference` does. */
export async function showRecord(records: RecordStore, reference: string): Promise<RecordView> {
  const sealed = await resolveReference(records, reference);
  const { record } = sealed;
  const ref = `record:${sealed.hash}`;
  const note = record.note && (await readContents(records, record.note));
  const children = await records.children(ref);
  const history = await records.history(record.kind, record.id);
  return {
    ...summarize(sealed),
    note: note?.kind === 'text' ? note.text : null,
    body: await showBody(records, sealed),
    artifacts: record.artifacts.map(artifactView),
    parents: await Promise.all(record.parents.map((parent) => showParent(records, parent))),
    children: children.flatMap((child) =>
      child.record.parents
        .filter((parent) => parent.ref === ref)
        .map(({ role }) => ({ role, ref: `record:${child.hash}`, record: summarize(child) })),
    ),
    revisions: history.map((one) => ({
      revision: one.record.revision,
      hash: one.hash,
      version: one.record.version,
      at: one.record.at,
    })),
    proof: await proofOf(records, sealed),
  };
}

async function showBody(records: RecordStore, { record }: SealedRecord): Promise<RecordView['body']> {
  const { mediaType, digest, size } = record.body;
  const contents = await readContents(records, record.body);
  return {
    mediaType,
    digest,
    size,
    state: contents.kind === 'redacted' ? 'redacted' : 'present',
    json: contents.kind === 'json' ? contents.value : null,
    text: contents.kind === 'text' ? contents.text : null,
  };
}

async function showParent(records: RecordStore, { role, ref }: Parent): Promise<RecordView['parents'][number]> {
  const sealed = ref.startsWith('record:') ? await records.get(ref.slice('record:'.length)) : undefined;
  return { role, ref, record: sealed ? summarize(sealed) : null };
}

async function proofOf(records: RecordStore, sealed: SealedRecord): Promise<RecordView['proof']> {
  const checkpoint = await records.checkpoint();
  if (checkpoint === undefined) return null;
  const { size } = parseCheckpoint(checkpoint);
  if (sealed.index >= size) return null;
  const path = await records.inclusionProof(sealed.index, size);
  return { size, path: path.map((hash) => toBase64(hash)), checkpoint, entry: toBase64(sealed.entry) };
}
