import { AssayError } from '../errors.ts';
import { fieldOf, type IonValue, ionText } from '../ion/index.ts';
import type { Draft, SealedRecord } from '../records/index.ts';

/** How blocks and documents of a QLDB journal stand in the ledger. */

export const BLOCK_KIND = 'qldb-block';
export const DOCUMENT_KIND = 'qldb-document';
/** The parent by which a record names a block: as `sha256:` and the block's own blockHash. */
const BLOCK_HASH = 'block-hash';

/** The body of a document's record. */
export interface DocumentRevision {
  readonly id: string;
  readonly version: number;
  readonly txId: string | null;
  /** Ion's text of the timestamp, which is also RFC 3339. */
  readonly txTime: string;
  readonly table: string | null;
  readonly tableId: string | null;
  readonly strandId: string;
  readonly sequenceNo: number;
  /** Base64, as are the other hashes. */
  readonly blockHash: string;
  readonly hash: string;
  readonly state: 'present' | 'deleted' | 'redacted';
  readonly dataHash?: string;
  /** Ion text, with the precision, types and annotations that the journal has. */
  readonly metadata: string;
  readonly data?: string;
}

export function blockId(strandId: string, sequenceNo: number): string {
  return `${strandId}/${sequenceNo}`;
}

export function blockDraft(strandId: string, sequenceNo: number, blockHash: Uint8Array, body: Draft['body']): Draft {
  return {
    kind: BLOCK_KIND,
    id: blockId(strandId, sequenceNo),
    revision: 1,
    version: '1:0:0',
    event: 'created',
    body,
    parents: [hashParent(blockHash)],
  };
}

/** The blockHash that a record names. */
export function blockHashOf({ record }: SealedRecord): Buffer {
  const ref = record.parents.find(({ role }) => role === BLOCK_HASH)?.ref ?? '';
  return Buffer.from(ref.slice('sha256:'.length), 'hex');
}

/** QLDB counts versions from 0. */
export function versionOf(version: number): string {
  return `${version}:0:0`;
}

export function documentDraft(revision: DocumentRevision, recordRevision: number): Draft {
  return {
    kind: DOCUMENT_KIND,
    id: `${revision.strandId}/${revision.id}`,
    revision: recordRevision,
    version: versionOf(revision.version),
    event: revision.state === 'deleted' ? 'retired' : recordRevision === 1 ? 'created' : 'updated',
    body: { mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(revision)) },
    parents: [hashParent(Buffer.from(revision.blockHash, 'base64'))],
  };
}

function hashParent(blockHash: Uint8Array) {
  return { role: BLOCK_HASH, ref: `sha256:${Buffer.from(blockHash).toString('hex')}` };
}

/**
 * The revisions of documents that a verified block has; of those that it has only the hash of, nothing is known.
 * @throws AssayError `ASSAY_QLDB_EXPORT` when one has no id, version or time
 */
export function documentRevisions(
  block: IonValue,
  place: Pick<DocumentRevision, 'strandId' | 'sequenceNo' | 'blockHash'>,
): readonly DocumentRevision[] {
  const tables = fieldOf(fieldOf(block, 'transactionInfo'), 'documents');
  const revisions = fieldOf(block, 'revisions');
  if (revisions?.type !== 'list') return [];
  return revisions.items.flatMap((revision, i): DocumentRevision[] => {
    const metadata = fieldOf(revision, 'metadata');
    if (metadata === undefined) return [];
    const id = textOf(fieldOf(metadata, 'id'));
    const txTime = textOf(fieldOf(metadata, 'txTime'));
    const version = fieldOf(metadata, 'version');
    const isWhole = id && version?.type === 'int' && version.value >= 0n && !Number.isNaN(Date.parse(txTime ?? ''));
    if (!isWhole || txTime === null) {
      const where = `block ${place.sequenceNo}, revisions[${i}].metadata`;
      throw new AssayError('ASSAY_QLDB_EXPORT', `${where} has no id, no version or no time`);
    }
    const data = fieldOf(revision, 'data');
    const dataHash = base64Of(fieldOf(revision, 'dataHash'));
    const table = fieldOf(tables, id);
    return [
      {
        id,
        version: Number(version.value),
        txId: textOf(fieldOf(metadata, 'txId')),
        txTime,
        table: textOf(fieldOf(table, 'tableName')),
        tableId: textOf(fieldOf(table, 'tableId')),
        ...place,
        hash: base64Of(fieldOf(revision, 'hash')) ?? '',
        state: data !== undefined ? 'present' : dataHash === undefined ? 'deleted' : 'redacted',
        ...(dataHash === undefined ? {} : { dataHash }),
        metadata: ionText(metadata),
        ...(data === undefined ? {} : { data: ionText(data) }),
      },
    ];
  });
}

function textOf(value: IonValue | undefined): string | null {
  return value?.type === 'string' ? value.value : value?.type === 'timestamp' ? value.text : null;
}

/** JSON has the hashes in Base64 already. */
function base64Of(value: IonValue | undefined): string | undefined {
  return value?.type === 'blob' ? Buffer.from(value.bytes).toString('base64') : (textOf(value) ?? undefined);
}
