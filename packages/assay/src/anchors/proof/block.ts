import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js';
import { decodeRlp, type Rlp } from './rlp.ts';

export interface BlockHeader {
  readonly hash: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly number: bigint;
  /** Seconds since 1970, as the proposer of the block claims within the chain's rules. */
  readonly timestamp: bigint;
}

/** Fields of a header: 15 at first, 16 since London, 17 Shanghai, 20 Cancun, 21 Prague; later ones may come after them. */
const FEWEST = 15;
const MOST = 32;

/** Reads a block header. @throws Error when it is none */
export function parseHeader(encoded: Uint8Array): BlockHeader {
  const fields = decodeRlp(encoded);
  if (fields instanceof Uint8Array || fields.length < FEWEST || fields.length > MOST) {
    throw new Error('the block header is no list of its fields');
  }
  const receiptsRoot = bytes(fields[5], 'receipts root');
  if (receiptsRoot.length !== 32) throw new Error('the receipts root in the block header is not 32 bytes');
  return {
    hash: keccak256(encoded),
    receiptsRoot,
    number: integer(fields[8], 'number'),
    timestamp: integer(fields[11], 'time'),
  };
}

export interface EventLog {
  readonly address: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** Reads a transaction's receipt of any type (EIP-2718). @throws Error when it is none */
export function parseReceipt(encoded: Uint8Array): { readonly isSuccess: boolean; readonly logs: readonly EventLog[] } {
  const isTyped = encoded[0] !== undefined && encoded[0] < 0x80;
  const fields = decodeRlp(isTyped ? encoded.subarray(1) : encoded);
  if (fields instanceof Uint8Array || fields.length !== 4) throw new Error('the receipt is no list of four fields');
  const [status, , , logs] = fields;
  if (!Array.isArray(logs)) throw new Error('the receipt has no list of events');
  return {
    isSuccess: integer(status, 'status') === 1n,
    logs: logs.map((log: Rlp) => {
      if (log instanceof Uint8Array || log.length !== 3) throw new Error('an event of the receipt is not well formed');
      const [address, topics, data] = log;
      if (!Array.isArray(topics)) throw new Error('an event of the receipt has no topics');
      return {
        address: bytes(address, 'address of an event'),
        topics: topics.map((topic: Rlp) => bytes(topic, 'topic of an event')),
        data: bytes(data, 'data of an event'),
      };
    }),
  };
}

function bytes(item: Rlp | undefined, what: string): Uint8Array {
  if (!(item instanceof Uint8Array)) throw new Error(`the ${what} is no bytes`);
  return item;
}

function integer(item: Rlp | undefined, what: string): bigint {
  return bytes(item, what).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
