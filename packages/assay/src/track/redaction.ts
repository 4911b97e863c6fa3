import { AssayError } from '../errors.ts';
import { type Draft, REDACTS, type RecordStore, readContents, type SealedRecord } from '../records/index.ts';

/** By whom the content of a revision was taken away, and why. */
export interface Redaction {
  readonly revision: number;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/** Who redacted a record first; undefined when its content is there. */
export async function redactionOf(records: RecordStore, sealed: SealedRecord): Promise<Redaction | undefined> {
  if ((await records.body(sealed.record.body)) !== undefined) return undefined;
  const ref = `record:${sealed.hash}`;
  const named = (await records.children(ref)).filter(
    ({ record }) =>
      record.event === 'redacted' && record.parents.some((parent) => parent.role === REDACTS && parent.ref === ref),
  );
  const [first] = named.toSorted((a, b) => a.index - b.index);
  if (first === undefined) return undefined;
  const { revision, at, by, note } = first.record;
  const contents = note && (await readContents(records, note));
  return { revision, at, by, reason: contents?.kind === 'text' ? contents.text : null };
}

/** @throws AssayError `ASSAY_RECORD_REDACTED`, with who did it, when and why */
export async function refuseRedacted(records: RecordStore, sealed: SealedRecord): Promise<void> {
  const { kind, id, revision, body } = sealed.record;
  if ((await records.body(body)) !== undefined) return;
  const redaction = await redactionOf(records, sealed);
  const how =
    redaction === undefined
      ? 'and no record says why'
      : `by revision ${redaction.revision}, ${redaction.at}, ${redaction.by.slice(0, 12)}` +
        `${redaction.reason === null ? '' : `: ${redaction.reason}`}`;
  throw new AssayError(
    'ASSAY_RECORD_REDACTED',
    `the content of ${kind}/${id} revision ${revision} was redacted ${how}`,
    {
      hint: 'Its entry and its proof are kept, its words are not. Read another revision.',
    },
  );
}

/** What still holds something of what was redacted. */
export interface KeptElsewhere {
  /** `metadata`, or the name of the data or the file. */
  readonly name: string;
  readonly record: string;
  readonly revision: number;
}

/** The records, not among `named`, that have the same metadata within the history, or one of the files. */
export async function keptElsewhere(
  records: RecordStore,
  history: readonly SealedRecord[],
  named: readonly SealedRecord[],
): Promise<readonly KeptElsewhere[]> {
  const kept = new Map<string, KeptElsewhere>();
  const keep = (name: string, { record, hash }: SealedRecord): void => {
    const { kind, id, revision } = record;
    kept.set(`${hash} ${name}`, { name, record: `${kind}/${id}`, revision });
  };
  const hashes = new Set(named.map(({ hash }) => hash));
  for (const sealed of named) {
    const bytes = (await records.body(sealed.record.body))?.bytes;
    for (const other of bytes === undefined ? [] : history) {
      if (hashes.has(other.hash) || other.record.body.size !== bytes!.length) continue;
      const same = (await records.body(other.record.body))?.bytes;
      if (same !== undefined && Buffer.compare(same, bytes!) === 0) keep('metadata', other);
    }
    for (const { name, sha256 } of sealed.record.artifacts) {
      for (const other of await records.children(`sha256:${sha256}`)) {
        if (!hashes.has(other.hash) && (await records.body(other.record.body)) !== undefined) keep(name, other);
      }
    }
  }
  return [...kept.values()];
}

/**
 * The revision that redacts `named`. Where the newest is among them it has no content; else it repeats the newest's, so that
 * the record stays in use.
 */
export function redactionDraft(
  history: readonly SealedRecord[],
  named: readonly SealedRecord[],
  newest: Draft['body'] | undefined,
  reason: string,
): Draft {
  const last = history.at(-1)!;
  const { kind, id, version } = last.record;
  return {
    kind,
    id,
    revision: history.length + 1,
    version,
    event: 'redacted',
    body: newest ?? { mediaType: 'application/json', bytes: Buffer.from('{}') },
    artifacts: newest ? last.record.artifacts : [],
    parents: [
      { role: 'previous', ref: `record:${last.hash}` },
      ...named.map(({ hash }) => ({ role: REDACTS, ref: `record:${hash}` })),
    ],
    note: reason,
  };
}
