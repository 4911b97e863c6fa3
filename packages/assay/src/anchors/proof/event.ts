import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js';
import { equalBytes } from '../../records/proof/index.ts';
import type { EventLog } from './block.ts';

/** What the contract says of a checkpoint that it took. */
export interface AnchoredEvent {
  readonly logId: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
  readonly noteHash: Uint8Array;
  readonly seq: number;
}

const utf8 = new TextEncoder();
const ANCHORED = keccak256(utf8.encode('Anchored(bytes32,uint64,bytes32,bytes32,uint64)'));

/** The name of a log on chain: SHA-256 of its origin. */
export function logIdOf(origin: string): Uint8Array {
  return sha256(utf8.encode(origin));
}

/** What the chain has of a signed note: its SHA-256. */
export function noteHashOf(note: string): Uint8Array {
  return sha256(utf8.encode(note));
}

/** An `Anchored` event of this contract; undefined for every other event, such as the same of another address. */
export function readAnchored(log: EventLog, contract: Uint8Array): AnchoredEvent | undefined {
  const [signature, logId, seq] = log.topics;
  if (!equalBytes(log.address, contract) || log.topics.length !== 3 || log.data.length !== 96) return undefined;
  if (!signature || !logId || !seq || !equalBytes(signature, ANCHORED)) return undefined;
  const word = (bytes: Uint8Array) => Number(bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n));
  return {
    logId,
    size: word(log.data.subarray(0, 32)),
    root: log.data.slice(32, 64),
    noteHash: log.data.slice(64, 96),
    seq: word(seq),
  };
}
