import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BlockFault, checkBlock } from './block.ts';
import { merkleRoot } from './dot.ts';
import { blocksOf, exportFiles, readExportFile } from './export-files.ts';

interface ExportFault extends BlockFault {
  readonly file: string;
  /** The block's sequence number, where it has one. */
  readonly block: number | undefined;
}

export interface ExportVerification {
  readonly ok: boolean;
  readonly strandId: string | undefined;
  readonly blocks: number;
  readonly revisions: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Base64: QLDB's digest at the last block; undefined where the export does not begin with block 0. */
  readonly digest: string | undefined;
  /** What was read, with its SHA-256 (hex). */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly faults: readonly ExportFault[];
  /** What QLDB's scheme, or this export, leaves open. */
  readonly doesNotShow: readonly string[];
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Blocks between two looks at whether to stop. */
const TURN = 64;

/**
 * Verifies a journal export in Ion (text or binary) or JSON lines: every block, the chain of blocks, and the files by the manifest.
 * @throws AssayError `ASSAY_QLDB_EXPORT`, `ASSAY_ION_MALFORMED`
 */
export async function verifyExport(folder: string, options: VerifyOptions = {}): Promise<ExportVerification> {
  const faults: ExportFault[] = [];
  const hashes: Uint8Array[] = [];
  const strands = new Set<string>();
  const sums = { revisions: 0, hashOnly: 0, redacted: 0, unexplained: 0, uncomputed: 0 };
  const sources = exportFiles(folder);
  const total = sources.reduce((sum, { first, last }) => sum + Math.max(0, last - first + 1), 0);
  const files: { name: string; sha256: string }[] = [];
  let first: number | undefined;
  let previous: { readonly sequenceNo: number; readonly blockHash: Uint8Array } | undefined;
  for (const source of sources) {
    const { name: file, strand, isJson } = source;
    const bytes = readExportFile(folder, file);
    files.push({ name: file, sha256: hash('sha256', bytes, 'hex') });
    let expected = source.first;
    const fault = (block: number | undefined, field: string, check: string, message: string) =>
      faults.push({ file, block, field, check, message });
    for (const { value } of blocksOf(source, bytes)) {
      if (hashes.length % TURN === 0) {
        await nextTurn();
        options.signal?.throwIfAborted();
        options.onProgress?.(hashes.length, total);
      }
      const report = checkBlock(value, isJson);
      const { sequenceNo, strandId, blockHash, previousBlockHash } = report;
      for (const found of report.faults) faults.push({ file, block: sequenceNo, ...found });
      if (sequenceNo !== expected) {
        fault(sequenceNo, 'blockAddress.sequenceNo', 'sequence', `is not ${expected}, which comes next in this file`);
      }
      if (strandId !== strand) {
        fault(sequenceNo, 'blockAddress.strandId', 'strand', `is not ${strand}, as the file's name has it`);
      }
      if (previous !== undefined) {
        if (previous.sequenceNo + 1 !== expected) {
          fault(sequenceNo, 'blockAddress.sequenceNo', 'gap', `does not follow block ${previous.sequenceNo}`);
        }
        if (Buffer.compare(previous.blockHash, previousBlockHash) !== 0) {
          fault(sequenceNo, 'previousBlockHash', 'chain', `is not the blockHash of block ${previous.sequenceNo}`);
        }
      }
      if (strandId !== undefined) strands.add(strandId);
      first ??= expected;
      previous = { sequenceNo: expected++, blockHash };
      hashes.push(blockHash);
      sums.revisions += report.revisions;
      sums.hashOnly += report.hashOnly;
      sums.redacted += report.redacted;
      sums.unexplained += report.unexplained;
      sums.uncomputed += report.uncomputed;
    }
    if (expected !== source.last + 1) {
      fault(undefined, '', 'range', `ends with block ${expected - 1}; its name says ${source.last}`);
    }
  }
  if (strands.size > 1) {
    faults.push({
      file: folder,
      block: undefined,
      field: 'blockAddress.strandId',
      check: 'strand',
      message: `${strands.size} strands in one export`,
    });
  }
  return {
    ok: faults.length === 0,
    strandId: [...strands][0],
    blocks: hashes.length,
    revisions: sums.revisions,
    first,
    last: previous?.sequenceNo,
    digest: first === 0 ? Buffer.from(merkleRoot(hashes)).toString('base64') : undefined,
    files,
    faults,
    doesNotShow: unshown(first, sums),
  };
}

function unshown(
  first: number | undefined,
  sums: {
    readonly hashOnly: number;
    readonly redacted: number;
    readonly unexplained: number;
    readonly uncomputed: number;
  },
): readonly string[] {
  return [
    'that nobody built the whole journal anew: only a digest saved before shows that',
    'the order of two siblings in entriesHashList or among revisions: the hashes are joined in either order alike',
    'blockTimestamp, and the transactionId of a block without documents: no hash covers them',
    ...(first === 0 ? [] : ['what came before the first block: its previousBlockHash points out of the export']),
    ...(sums.hashOnly > 0 ? [`${sums.hashOnly} revisions of which the export has only the hash`] : []),
    ...(sums.redacted > 0 ? [`the data of ${sums.redacted} redacted revisions: only their hash is left`] : []),
    ...(sums.uncomputed > 0
      ? [
          `that ${sums.uncomputed} revisions are what their hashes were made of: JSON does not keep what is hashed, Ion does`,
        ]
      : []),
    ...(sums.unexplained > 0
      ? [`${sums.unexplained} entries of blocks that the export has only as hashes: QLDB's own, or left out`]
      : []),
  ];
}
