import { hash } from 'node:crypto';
import { AssayError } from '../errors.ts';
import type { Draft, RecordStore } from '../records/index.ts';
import { checkBlock } from './block.ts';
import { blocksOf, exportFiles, readExportFile } from './export-files.ts';
import {
  BLOCK_KIND,
  blockDraft,
  blockHashOf,
  blockId,
  DOCUMENT_KIND,
  type DocumentRevision,
  documentDraft,
  documentRevisions,
  versionOf,
} from './record-forms.ts';
import { type ExportVerification, type VerifyOptions, verifyExport } from './verify.ts';

/** Records, and bytes of blocks, that one commit gets at most; a block with its documents is never divided. */
const BATCH = 512;
const BATCH_BYTES = 4 * 2 ** 20;

export interface QldbImport {
  readonly verification: ExportVerification;
  readonly strandId: string;
  /** Added by this import. */
  readonly blocks: number;
  readonly documents: number;
  /** Blocks that the ledger had already. */
  readonly present: number;
}

interface Batch {
  readonly drafts: Draft[];
  readonly blocks: { readonly id: string; readonly blockHash: Uint8Array }[];
  bytes: number;
}

/**
 * Verifies an export, then logs each block and the documents in it as records. What is there already is left as it is: an import
 * that was stopped goes on where it was.
 * @throws AssayError `ASSAY_QLDB_CHAIN`, `ASSAY_QLDB_BLOCK_CONFLICT`, `ASSAY_QLDB_ORDER`, `ASSAY_QLDB_EXPORT`, `ASSAY_ION_MALFORMED`
 */
export async function importExport(
  records: RecordStore,
  folder: string,
  { signal, onProgress }: VerifyOptions = {},
): Promise<QldbImport> {
  // Each block is read twice: to verify all before anything is added, and to add it.
  const verification = await verifyExport(folder, {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done: number, total: number) => onProgress(done / 2, total) }),
  });
  const [fault] = verification.faults;
  const { strandId, blocks: total } = verification;
  if (fault !== undefined || strandId === undefined) {
    const where = fault && `${fault.file}, block ${fault.block}, ${fault.field}: ${fault.check} ${fault.message}`;
    throw new AssayError('ASSAY_QLDB_CHAIN', `${folder} does not verify: ${where ?? 'it has no blocks'}`, {
      hint: 'Nothing was imported. `assay qldb verify` names every check that fails; get the export again.',
    });
  }
  const versions = new Map<string, { version: number; revision: number }>();
  const sha256 = new Map(verification.files.map(({ name, sha256: digest }) => [name, digest]));
  const sums = { blocks: 0, documents: 0, present: 0 };
  let batch: Batch = { drafts: [], blocks: [], bytes: 0 };
  const flush = async () => {
    if (batch.drafts.length === 0) return;
    await appendBatch(records, batch);
    sums.blocks += batch.blocks.length;
    sums.documents += batch.drafts.length - batch.blocks.length;
    batch = { drafts: [], blocks: [], bytes: 0 };
  };
  let done = 0;
  for (const file of exportFiles(folder)) {
    const bytes = readExportFile(folder, file.name);
    if (hash('sha256', bytes, 'hex') !== sha256.get(file.name)) {
      throw new AssayError('ASSAY_QLDB_EXPORT', `${file.name} was changed after it was verified`);
    }
    for (const block of blocksOf(file, bytes)) {
      signal?.throwIfAborted();
      const { sequenceNo = 0, blockHash, previousBlockHash } = checkBlock(block.value, file.isJson);
      if (done === 0 && sequenceNo > 0) await follow(records, strandId, sequenceNo, previousBlockHash);
      onProgress?.((total + ++done) / 2, total);
      if (await isPresent(records, blockId(strandId, sequenceNo), blockHash)) {
        sums.present++;
        continue;
      }
      const place = { strandId, sequenceNo, blockHash: Buffer.from(blockHash).toString('base64') };
      const mediaType = file.isJson ? 'application/json' : 'application/ion';
      batch.drafts.push(blockDraft(strandId, sequenceNo, blockHash, { mediaType, bytes: block.bytes }));
      batch.blocks.push({ id: blockId(strandId, sequenceNo), blockHash });
      for (const revision of documentRevisions(block.value, place)) {
        batch.drafts.push(documentDraft(revision, await revisionOf(records, versions, revision)));
      }
      batch.bytes += block.bytes.length;
      if (batch.drafts.length >= BATCH || batch.bytes >= BATCH_BYTES) await flush();
    }
  }
  await flush();
  return { verification, strandId, ...sums };
}

async function appendBatch(records: RecordStore, { drafts, blocks }: Batch): Promise<void> {
  try {
    await records.append(drafts);
  } catch (error) {
    if (!(error instanceof AssayError && error.code === 'ASSAY_RECORD_CONFLICT')) throw error;
    // Another import came between: then every block must be there by now, or one of them is another.
    for (const { id, blockHash } of blocks) if (!(await isPresent(records, id, blockHash))) throw error;
  }
}

/** @throws AssayError `ASSAY_QLDB_BLOCK_CONFLICT` */
async function isPresent(records: RecordStore, id: string, blockHash: Uint8Array): Promise<boolean> {
  const sealed = await records.latest(BLOCK_KIND, id);
  if (sealed === undefined) return false;
  if (blockHashOf(sealed).equals(blockHash)) return true;
  throw new AssayError(
    'ASSAY_QLDB_BLOCK_CONFLICT',
    `the ledger has another block ${id}, imported as record ${sealed.hash}`,
    {
      hint: 'One of the two exports is not of the journal that it says. Compare both with a digest that was saved before.',
    },
  );
}

/** An export that begins later must go on from the block that the ledger has before it, where it has that. */
async function follow(
  records: RecordStore,
  strandId: string,
  sequenceNo: number,
  previousBlockHash: Uint8Array,
): Promise<void> {
  await isPresent(records, blockId(strandId, sequenceNo - 1), previousBlockHash);
}

/** @throws AssayError `ASSAY_QLDB_ORDER` */
async function revisionOf(
  records: RecordStore,
  versions: Map<string, { version: number; revision: number }>,
  { strandId, id, version }: DocumentRevision,
): Promise<number> {
  const name = `${strandId}/${id}`;
  const latest = versions.has(name) ? undefined : await records.latest(DOCUMENT_KIND, name);
  const last = latest
    ? { version: Number(latest.record.version.split(':')[0]), revision: latest.record.revision }
    : (versions.get(name) ?? { version: -1, revision: 0 });
  if (version > last.version) {
    versions.set(name, { version, revision: last.revision + 1 });
    return last.revision + 1;
  }
  // Another import has just added it.
  const history = await records.history(DOCUMENT_KIND, name);
  const there = history.find(({ record }) => record.version === versionOf(version));
  if (there !== undefined) return there.record.revision;
  throw new AssayError(
    'ASSAY_QLDB_ORDER',
    `${name} has version ${last.version} already; version ${version} comes before it`,
    {
      hint: 'Import exports in the order of their blocks, in a ledger of its own if a later one is here already.',
    },
  );
}
