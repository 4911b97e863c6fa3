import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError } from '../errors.ts';
import { fieldOf, readIon } from '../ion/index.ts';
import { type BlockFault, checkBlock } from './block.ts';
import { merkleRoot } from './dot.ts';

export interface ExportFault extends BlockFault {
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
  readonly faults: readonly ExportFault[];
  /** What QLDB's scheme, or this export, leaves open. */
  readonly doesNotShow: readonly string[];
}

const DATA_FILE = /^(.+)\.(\d+)-(\d+)\.ion$/;

/**
 * Verifies a journal export in Ion (text or binary): every block, the chain of blocks, and the files by the manifest.
 * @throws AssayError `ASSAY_QLDB_EXPORT`, `ASSAY_ION_MALFORMED`
 */
export function verifyExport(folder: string): ExportVerification {
  const faults: ExportFault[] = [];
  const hashes: Uint8Array[] = [];
  const strands = new Set<string>();
  const sums = { revisions: 0, hashOnly: 0, redacted: 0, unexplained: 0 };
  let first: number | undefined;
  let previous: { readonly sequenceNo: number; readonly blockHash: Uint8Array } | undefined;
  for (const file of dataFiles(folder)) {
    const [, strand = '', from, to] = DATA_FILE.exec(basename(file)) ?? [];
    let expected = Number(from);
    const fault = (block: number | undefined, field: string, check: string, message: string) =>
      faults.push({ file, block, field, check, message });
    for (const value of readIon(readFile(folder, file), file)) {
      const report = checkBlock(value);
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
    }
    if (expected !== Number(to) + 1) {
      fault(undefined, '', 'range', `ends with block ${expected - 1}; its name says ${to}`);
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
    faults,
    doesNotShow: unshown(first, sums),
  };
}

function unshown(
  first: number | undefined,
  sums: { readonly hashOnly: number; readonly redacted: number; readonly unexplained: number },
): readonly string[] {
  return [
    'that nobody built the whole journal anew: only a digest saved before shows that',
    'the order of two siblings in entriesHashList or among revisions: the hashes are joined in either order alike',
    'blockTimestamp, and the transactionId of a block without documents: no hash covers them',
    ...(first === 0 ? [] : ['what came before the first block: its previousBlockHash points out of the export']),
    ...(sums.hashOnly > 0 ? [`${sums.hashOnly} revisions of which the export has only the hash`] : []),
    ...(sums.redacted > 0 ? [`the data of ${sums.redacted} redacted revisions: only their hash is left`] : []),
    ...(sums.unexplained > 0
      ? [`${sums.unexplained} entries of blocks that the export has only as hashes: QLDB's own, or left out`]
      : []),
  ];
}

/** The data files of an export in the order of their blocks, as its completed manifest lists them. */
function dataFiles(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${folder} cannot be read`, { cause });
  }
  const manifests = names.filter((name) => name.endsWith('.completed.manifest'));
  const [manifest] = manifests;
  if (manifest === undefined || manifests.length > 1) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${folder} has ${manifests.length} completed manifests; one is needed`, {
      hint: 'Name the folder of one export, with all of its files: an export without this manifest was not finished.',
    });
  }
  const [value] = readIon(readFile(folder, manifest), manifest);
  const keys = fieldOf(value, 'keys');
  if (keys?.type !== 'list' || keys.items.length === 0) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${manifest}: \`keys\` is not a list of files`);
  }
  const listed = keys.items.map((key) => {
    const name = key.type === 'string' ? key.value : '';
    // A key begins with the prefix in the bucket, which the folder may have or not.
    const found = names.filter((file) => DATA_FILE.test(basename(file)) && isTail(name, file));
    if (found.length !== 1) {
      throw new AssayError(
        'ASSAY_QLDB_EXPORT',
        `${manifest} lists ${JSON.stringify(name)}, of which ${found.length} are here`,
        {
          hint: 'Bring every file of the export, in Ion; exports as JSON are not read.',
        },
      );
    }
    return found[0]!;
  });
  const twice = listed.find((file, i) => listed.indexOf(file) !== i);
  if (twice !== undefined) throw new AssayError('ASSAY_QLDB_EXPORT', `${manifest} lists ${twice} twice`);
  const start = (file: string) => Number(DATA_FILE.exec(basename(file))?.[2]);
  return listed.sort((a, b) => start(a) - start(b));
}

function isTail(key: string, file: string): boolean {
  return key === file || key.endsWith(`/${file}`) || file.endsWith(`/${key}`);
}

function readFile(folder: string, file: string): Uint8Array {
  try {
    return readFileSync(join(folder, file));
  } catch (cause) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${file} cannot be read`, { cause });
  }
}
