import { AssayError } from '../errors.ts';
import { type RecordStore, readContents } from '../records/index.ts';
import { BLOCK_KIND, DOCUMENT_KIND, type DocumentRevision } from './record-forms.ts';

/** A revision as the journal had it, and how long it was the newest. */
export interface DatedRevision extends DocumentRevision {
  /** The record's hash in this ledger. */
  readonly record: string;
  /** The txTime of the revision after it; null for the newest. */
  readonly until: string | null;
}

export interface TimeRange {
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * The revisions of an imported document that were active at some time of the range, both ends in; the oldest first.
 * @param document a document's id, or STRAND/ID; without a strand, that of the newest imported block
 * @throws AssayError `ASSAY_QLDB_DOCUMENT`, `ASSAY_QLDB_TIME`
 */
export async function documentHistory(
  records: RecordStore,
  document: string,
  range: TimeRange = {},
): Promise<readonly DatedRevision[]> {
  const from = timeOf(range.from, Number.NEGATIVE_INFINITY);
  const to = timeOf(range.to, Number.POSITIVE_INFINITY);
  const id = document.includes('/') ? document : `${await newestStrand(records)}/${document}`;
  const sealed = await records.history(DOCUMENT_KIND, id);
  if (sealed.length === 0) {
    throw new AssayError('ASSAY_QLDB_DOCUMENT', `no document ${id} was imported`, {
      hint: `\`assay record log --kind ${DOCUMENT_KIND}\` lists what was; an id of another journal is STRAND/ID.`,
    });
  }
  const all: { readonly hash: string; readonly revision: DocumentRevision }[] = [];
  for (const { hash, record } of sealed) {
    const contents = await readContents(records, record.body);
    // A body that was redacted here has lost its time as well.
    if (contents.kind === 'json') all.push({ hash, revision: contents.value as DocumentRevision });
  }
  return all
    .map(({ hash, revision }, i) => ({ ...revision, record: hash, until: all[i + 1]?.revision.txTime ?? null }))
    .filter(({ txTime, until }) => Date.parse(txTime) <= to && (until === null || Date.parse(until) > from));
}

/**
 * The revision of a document that was the newest at a time, or is.
 * @throws AssayError `ASSAY_QLDB_DOCUMENT`, `ASSAY_QLDB_TIME`
 */
export async function documentAsOf(records: RecordStore, document: string, time?: string): Promise<DatedRevision> {
  const history = await documentHistory(records, document, time === undefined ? {} : { from: time, to: time });
  const found = history.at(-1);
  if (found !== undefined) return found;
  throw new AssayError('ASSAY_QLDB_DOCUMENT', `${document} has no revision of ${time ?? 'which the body is left'}`, {
    hint: '`assay qldb history` shows its revisions with their times.',
  });
}

/** @throws AssayError `ASSAY_QLDB_DOCUMENT` when nothing was imported */
export async function newestStrand(records: RecordStore): Promise<string> {
  const [block] = await records.list({ kind: BLOCK_KIND, limit: 1 });
  const strand = block?.record.id.slice(0, block.record.id.lastIndexOf('/'));
  if (strand !== undefined) return strand;
  throw new AssayError('ASSAY_QLDB_DOCUMENT', 'no journal of QLDB was imported', {
    hint: 'Import one: `assay qldb import EXPORT_DIR`.',
  });
}

function timeOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw new AssayError('ASSAY_QLDB_TIME', `${JSON.stringify(text)} is not a time`, {
    hint: 'Give it as 2019-10-25T17:20:10.500Z, or a day (its beginning in UTC) as 2019-10-25.',
  });
}
