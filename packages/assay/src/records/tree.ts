import { AssayError } from '../errors.ts';
import { nodeHasher } from './hashing.ts';
import { emptyRoot, Frontier } from './proof/index.ts';
import type { Storage } from './storage.ts';

/** The root of the complete subtree at (level, position): leaves [position·2^level, (position+1)·2^level). */
export type ReadNode = (level: number, position: number) => Uint8Array;

/** The nodes that a tree of this size grows on from, and its root is made of. */
export function edgeOf(size: number): readonly { readonly level: number; readonly position: number }[] {
  const places: { readonly level: number; readonly position: number }[] = [];
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) places.push({ level, position: rest - 1 });
  }
  return places;
}

/** Does `work` with the nodes that it asks for, read all at once. It runs twice, and asks for the same ones. */
export async function withNodes<T>(storage: Pick<Storage, 'nodes'>, work: (read: ReadNode) => T): Promise<T> {
  const asked = new Map<string, { readonly level: number; readonly position: number }>();
  const unknown = new Uint8Array(32);
  work((level, position) => {
    asked.set(`${level}/${position}`, { level, position });
    return unknown;
  });
  const hashes = await storage.nodes([...asked.values()]);
  const nodes = new Map([...asked.keys()].map((name, i) => [name, hashes[i]!]));
  return work((level, position) => nodes.get(`${level}/${position}`)!);
}

/** The root of the tree's first `size` leaves, from O(log size) nodes. */
export function rootAt(read: ReadNode, size: number): Uint8Array {
  return Frontier.restore(size, read, nodeHasher).root();
}

/**
 * The audit path PATH(m, D[n]) of RFC 6962, section 2.1.1, from O(log size) nodes.
 * @throws AssayError `ASSAY_PROOF_RANGE` when there is no such leaf.
 */
export function inclusionPath(read: ReadNode, index: number, size: number): Uint8Array[] {
  if (!(index >= 0 && index < size)) throw outOfRange(`a proof for record ${index} in a tree of ${size}`);
  const path: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      path.push(rangeRoot(read, middle, end));
      end = middle;
    } else {
      path.push(rangeRoot(read, start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * The consistency proof PROOF(m, D[n]) of RFC 6962, section 2.1.2; empty for the empty tree and for equal sizes.
 * @throws AssayError `ASSAY_PROOF_RANGE` when the old tree is the larger one.
 */
export function consistencyPath(read: ReadNode, oldSize: number, size: number): Uint8Array[] {
  if (!(oldSize >= 0 && oldSize <= size)) throw outOfRange(`a consistency proof from ${oldSize} to ${size}`);
  if (oldSize === 0 || oldSize === size) return [];
  const path: Uint8Array[] = [];
  let start = 0;
  let end = size;
  // Follows the old tree's right edge until a subtree ends exactly with it.
  while (end !== oldSize) {
    const middle = start + largestPowerBelow(end - start);
    if (oldSize <= middle) {
      path.push(rangeRoot(read, middle, end));
      end = middle;
    } else {
      path.push(rangeRoot(read, start, middle));
      start = middle;
    }
  }
  // The verifier has that subtree's root already when it is the whole old tree.
  if (start !== 0) path.push(rangeRoot(read, start, end));
  return path.reverse();
}

/** The hash of leaves [start, end), where `start` is a multiple of the smallest power of two that spans them. */
function rangeRoot(read: ReadNode, start: number, end: number): Uint8Array {
  if (end === start) return emptyRoot();
  const width = end - start;
  if (isPowerOfTwo(width)) return read(Math.log2(width), start / width);
  const middle = start + largestPowerBelow(width);
  return nodeHasher.node(rangeRoot(read, start, middle), rangeRoot(read, middle, end));
}

/** The largest power of two that is less than n (n > 1). */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || largestPowerBelow(n) * 2 === n;
}

function outOfRange(what: string): AssayError {
  return new AssayError('ASSAY_PROOF_RANGE', `the ledger cannot make ${what}`, {
    hint: 'Ask for an index below the size, and a size that the ledger has.',
  });
}
