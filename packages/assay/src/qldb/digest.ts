import { AssayError } from '../errors.ts';
import { fieldOf, type IonValue, readIon } from '../ion/index.ts';
import type { RecordStore } from '../records/index.ts';
import { checkBlock, revisionHashes } from './block.ts';
import { dot, merkleRoot } from './dot.ts';
import { documentHistory, newestStrand } from './history.ts';
import { BLOCK_KIND, blockHashOf, blockId } from './record-forms.ts';

export interface JournalDigest {
  readonly strandId: string;
  /** Of the last block that it covers. */
  readonly sequenceNo: number;
  /** Base64. */
  readonly digest: string;
}

/**
 * QLDB's digest over imported blocks, from block 0 to a tip; without one, to the last that is there without a gap.
 * @throws AssayError `ASSAY_QLDB_INCOMPLETE`, `ASSAY_QLDB_DOCUMENT`
 */
export async function journalDigest(
  records: RecordStore,
  { strand, tip }: { readonly strand?: string; readonly tip?: number } = {},
): Promise<JournalDigest> {
  const strandId = strand ?? (await newestStrand(records));
  const hashes: Uint8Array[] = [];
  while (tip === undefined || hashes.length <= tip) {
    const block = await records.latest(BLOCK_KIND, blockId(strandId, hashes.length));
    if (block === undefined) break;
    hashes.push(blockHashOf(block));
  }
  if (hashes.length === 0 || (tip !== undefined && hashes.length <= tip)) {
    const message = `block ${hashes.length} of ${strandId} was not imported`;
    throw new AssayError('ASSAY_QLDB_INCOMPLETE', message, {
      hint: 'A digest covers every block from 0 on: import the exports that are missing.',
    });
  }
  return { strandId, sequenceNo: hashes.length - 1, digest: base64(merkleRoot(hashes)) };
}

/**
 * A digest as it was saved from QLDB: Ion, or JSON as the AWS CLI writes it.
 * @throws AssayError `ASSAY_QLDB_DIGEST_FILE`, `ASSAY_ION_MALFORMED`
 */
export function readSavedDigest(bytes: Uint8Array, source: string): JournalDigest {
  const [file] = readIon(bytes, source);
  const digest = hashOf(either(file, 'digest'));
  const address = unwrapped(either(file, 'digestTipAddress'), source);
  const strandId = fieldOf(address, 'strandId');
  const sequenceNo = fieldOf(address, 'sequenceNo');
  if (digest === undefined || strandId?.type !== 'string' || sequenceNo?.type !== 'int') {
    throw badFile(source, 'a digest of 32 bytes and its tip address');
  }
  return { strandId: strandId.value, sequenceNo: Number(sequenceNo.value), digest: base64(digest) };
}

export interface ProofCheck {
  readonly ok: boolean;
  readonly of: 'block' | 'revision';
  readonly problems: readonly string[];
}

/**
 * Checks what GetBlock or GetRevision answered, with its proof, against a digest and against what was imported.
 * @throws AssayError `ASSAY_QLDB_DIGEST_FILE`, `ASSAY_ION_MALFORMED`
 */
export async function checkProof(
  records: RecordStore,
  bytes: Uint8Array,
  source: string,
  digest: JournalDigest,
): Promise<ProofCheck> {
  const [file] = readIon(bytes, source);
  const proof = unwrapped(either(file, 'proof'), source);
  const block = unwrapped(either(file, 'block'), source);
  const revision = unwrapped(either(file, 'revision'), source);
  const nodes = proof?.type === 'list' ? proof.items.map(hashOf) : [undefined];
  if (nodes.includes(undefined) || (block === undefined) === (revision === undefined)) {
    throw badFile(source, 'a proof, and a block or a revision');
  }
  const problems: string[] = [];
  const leaf =
    block === undefined
      ? await revisionLeaf(records, revision, digest.strandId, problems)
      : await blockLeaf(records, block, digest.strandId, problems);
  const root = nodes.reduce<Uint8Array>((sum, node) => dot(sum, node ?? new Uint8Array(0)), leaf);
  if (base64(root) !== digest.digest) problems.push('the proof does not lead to the digest');
  return { ok: problems.length === 0, of: block === undefined ? 'revision' : 'block', problems };
}

async function blockLeaf(
  records: RecordStore,
  block: IonValue,
  strand: string,
  problems: string[],
): Promise<Uint8Array> {
  const { sequenceNo, blockHash, faults } = checkBlock(block);
  for (const { field, message } of faults) problems.push(`the block's ${field} ${message}`);
  const sealed = await records.latest(BLOCK_KIND, blockId(strand, sequenceNo ?? 0));
  if (sealed === undefined || !blockHashOf(sealed).equals(blockHash)) {
    problems.push(`block ${sequenceNo} is not the one that was imported`);
  }
  return blockHash;
}

async function revisionLeaf(
  records: RecordStore,
  revision: IonValue | undefined,
  strand: string,
  problems: string[],
): Promise<Uint8Array> {
  const metadata = fieldOf(revision, 'metadata');
  const hash = hashOf(fieldOf(revision, 'hash')) ?? new Uint8Array(0);
  const id = fieldOf(metadata, 'id');
  if (revision === undefined || metadata === undefined || id?.type !== 'string') {
    problems.push('the revision has no metadata');
    return hash;
  }
  const candidates = revisionHashes(metadata, revision, fieldOf(revision, 'dataHash'));
  if (!candidates.some((own) => base64(own) === base64(hash))) {
    problems.push('the hash of the revision is not that of its metadata and data');
  }
  const history = await documentHistory(records, `${strand}/${id.value}`);
  if (!history.some((imported) => imported.hash === base64(hash))) {
    problems.push(`the revision of ${id.value} is not one that was imported`);
  }
  return hash;
}

/** What the AWS CLI wraps: a struct with Ion as a text. */
function unwrapped(value: IonValue | undefined, source: string): IonValue | undefined {
  const text = fieldOf(value, 'IonText') ?? value;
  if (text?.type !== 'string') return value;
  const [inner] = readIon(Buffer.from(text.value), source);
  return inner;
}

/** The AWS CLI writes field names with a capital. */
function either(value: IonValue | undefined, name: string): IonValue | undefined {
  return fieldOf(value, name) ?? fieldOf(value, `${name[0]?.toUpperCase()}${name.slice(1)}`);
}

function hashOf(value: IonValue | undefined): Uint8Array | undefined {
  const bytes =
    value?.type === 'string' ? Buffer.from(value.value, 'base64') : value?.type === 'blob' ? value.bytes : [];
  return bytes instanceof Uint8Array && bytes.length === 32 ? bytes : undefined;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function badFile(source: string, expected: string): AssayError {
  return new AssayError('ASSAY_QLDB_DIGEST_FILE', `${source} does not have ${expected}`, {
    hint: 'Give the file as the AWS CLI or the console wrote it: JSON, or Ion.',
  });
}
