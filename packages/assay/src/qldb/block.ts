import { fieldOf, type IonValue, ionHash } from '../ion/index.ts';
import { dot, merkleRoot } from './dot.ts';
import { hashesFromJson } from './json-block.ts';

export interface BlockFault {
  /** A path within the block: `revisions[2].hash`. */
  readonly field: string;
  readonly check: string;
  readonly message: string;
}

/** What of one block was seen. */
export interface BlockReport {
  readonly sequenceNo: number | undefined;
  readonly strandId: string | undefined;
  readonly blockHash: Uint8Array;
  readonly previousBlockHash: Uint8Array;
  readonly faults: readonly BlockFault[];
  readonly revisions: number;
  /** Revisions of which the journal shows only the hash. */
  readonly hashOnly: number;
  readonly redacted: number;
  /** Entries of the block that nothing in the export explains. */
  readonly unexplained: number;
  /** Revisions whose hash could not be computed again, because JSON does not keep what it was computed of. */
  readonly uncomputed: number;
}

const NOTHING = new Uint8Array(0);

/**
 * Checks a block against its own hashes, as far as QLDB's scheme goes. What links it to others is the caller's.
 * @param isJson the block comes from a JSON export: hashes over documents are then taken as they stand
 */
export function checkBlock(source: IonValue, isJson = false): BlockReport {
  const block = isJson ? hashesFromJson(source) : source;
  const faults: BlockFault[] = [];
  const fault = (field: string, check: string, message: string) => faults.push({ field, check, message });
  const hashOf = (value: IonValue | undefined, field: string, required = true): Uint8Array => {
    if (value?.type === 'blob' && (value.bytes.length === 32 || (value.bytes.length === 0 && !required))) {
      return value.bytes;
    }
    if (value !== undefined || required) fault(field, 'form', 'is not a hash of 32 bytes');
    return NOTHING;
  };
  checkNames(block, fault);
  const address = fieldOf(block, 'blockAddress');
  const transactionId = textOf(fieldOf(block, 'transactionId'));
  const list = fieldOf(block, 'entriesHashList');
  if (list?.type !== 'list') fault('entriesHashList', 'form', 'is not a list');
  const entries = (list?.type === 'list' ? list.items : []).map((item, i) =>
    hashOf(item, `entriesHashList[${i}]`, false),
  );
  const explained = new Set<string>();
  const member = (hash: Uint8Array, field: string) => {
    if (entries.some((entry) => same(entry, hash))) explained.add(hex(hash));
    else fault(field, 'membership', 'its hash is not in entriesHashList');
  };

  const transactionInfo = fieldOf(block, 'transactionInfo');
  if (transactionInfo !== undefined && transactionInfo.type !== 'null') {
    if (!isJson) member(ionHash(transactionInfo), 'transactionInfo');
    itemsOf(fieldOf(transactionInfo, 'statements')).forEach((statement, i) => {
      const text = fieldOf(statement, 'statement');
      const digest = fieldOf(statement, 'statementDigest');
      if (text === undefined || text.type === 'null') return;
      const field = `transactionInfo.statements[${i}].statementDigest`;
      if (!same(hashOf(digest, field), ionHash(text))) fault(field, 'statement', 'is not the hash of the statement');
    });
  }

  const revisions = itemsOf(fieldOf(block, 'revisions'));
  let hashOnly = 0;
  let redacted = 0;
  let uncomputed = 0;
  const hashes = revisions.map((revision, i) => {
    const field = `revisions[${i}]`;
    checkNames(revision, (name, check, message) => fault(`${field}.${name}`, check, message));
    const hash = hashOf(fieldOf(revision, 'hash'), `${field}.hash`);
    const metadata = fieldOf(revision, 'metadata');
    if (metadata === undefined) {
      if (revision.type === 'struct' && revision.fields.every(({ name }) => name === 'hash')) hashOnly++;
      else fault(`${field}.metadata`, 'form', 'is missing');
      return hash;
    }
    const dataHash = fieldOf(revision, 'dataHash');
    if (dataHash !== undefined) redacted++;
    if (isJson) uncomputed++;
    else if (!revisionHashes(metadata, revision, dataHash).some((candidate) => same(candidate, hash))) {
      fault(`${field}.hash`, 'revision', 'is not the hash of its metadata and data');
    }
    if (textOf(fieldOf(metadata, 'txId')) !== transactionId) {
      fault(`${field}.metadata.txId`, 'transaction', "is not the block's transactionId");
    }
    const own = fieldOf(revision, 'blockAddress');
    if (own !== undefined && address !== undefined && !same(ionHash(own), ionHash(address))) {
      fault(`${field}.blockAddress`, 'address', 'is not that of the block');
    }
    return hash;
  });
  if (hashes.length > 0) member(merkleRoot(hashes), 'revisions');

  const entriesHash = hashOf(fieldOf(block, 'entriesHash'), 'entriesHash');
  if (!same(merkleRoot(entries), entriesHash)) fault('entriesHash', 'entries', 'is not the root of entriesHashList');
  const previousBlockHash = hashOf(fieldOf(block, 'previousBlockHash'), 'previousBlockHash', false);
  const blockHash = hashOf(fieldOf(block, 'blockHash'), 'blockHash');
  if (!same(dot(entriesHash, previousBlockHash), blockHash)) {
    fault('blockHash', 'block', 'is not the hash of entriesHash and previousBlockHash');
  }
  const sequence = fieldOf(address, 'sequenceNo');
  return {
    sequenceNo: sequence?.type === 'int' ? Number(sequence.value) : undefined,
    strandId: textOf(fieldOf(address, 'strandId')),
    blockHash,
    previousBlockHash,
    faults,
    revisions: revisions.length,
    hashOnly,
    redacted,
    unexplained: entries.filter((entry) => entry.length > 0 && !explained.has(hex(entry))).length,
    uncomputed,
  };
}

/** What a revision's hash may be. A deleted one has no data: then nothing, or a null, stands in its place. */
export function revisionHashes(
  metadata: IonValue,
  revision: IonValue,
  dataHash: IonValue | undefined,
): readonly Uint8Array[] {
  const own = ionHash(metadata);
  const data = fieldOf(revision, 'data');
  if (data !== undefined) return [dot(own, ionHash(data))];
  if (dataHash !== undefined) return dataHash.type === 'blob' ? [dot(own, dataHash.bytes)] : [];
  return [own, dot(own, ionHash({ annotations: [], type: 'null', of: 'null' }))];
}

/** A name that stands twice would let one value be hashed and another be read. */
function checkNames(value: IonValue, fault: (field: string, check: string, message: string) => void): void {
  if (value.type !== 'struct') {
    fault('', 'form', 'is not a struct');
    return;
  }
  const seen = new Set<string | null>();
  for (const { name } of value.fields) {
    if (seen.has(name)) fault(name ?? '$0', 'duplicate', 'stands twice');
    seen.add(name);
  }
}

function itemsOf(value: IonValue | undefined): readonly IonValue[] {
  return value?.type === 'list' ? value.items : [];
}

function textOf(value: IonValue | undefined): string | undefined {
  return value?.type === 'string' ? value.value : undefined;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
