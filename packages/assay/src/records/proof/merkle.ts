import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from './bytes.ts';

/** The two hashes of an RFC 6962 tree. A server passes a quicker one than the default. */
export interface TreeHasher {
  /** SHA-256(0x00 ‖ entry) */
  leaf(entry: Uint8Array): Uint8Array;
  /** SHA-256(0x01 ‖ left ‖ right) */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
}

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export const portableHasher: TreeHasher = {
  leaf: (entry) => sha256.create().update(LEAF_PREFIX).update(entry).digest(),
  node: (left, right) => sha256.create().update(NODE_PREFIX).update(left).update(right).digest(),
};

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** The root that an RFC 6962 tree gets, leaf by leaf: holds one hash for each complete subtree on the right edge. */
export class Frontier {
  readonly #hasher: TreeHasher;
  /** By level; holds a hash where the size has that bit set. */
  readonly #edge: (Uint8Array | undefined)[] = [];
  #size = 0;

  constructor(hasher: TreeHasher = portableHasher) {
    this.#hasher = hasher;
  }

  /**
   * Goes on from a tree of `size` leaves.
   * @param read the root of the complete subtree at (level, position)
   */
  static restore(size: number, read: (level: number, position: number) => Uint8Array, hasher: TreeHasher): Frontier {
    const frontier = new Frontier(hasher);
    frontier.#size = size;
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) frontier.#edge[level] = read(level, rest - 1);
    }
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  /** @param completed told of each subtree that the leaf makes complete, level 1 and up */
  add(leafHash: Uint8Array, completed?: (level: number, position: number, hash: Uint8Array) => void): void {
    let hash = leafHash;
    let level = 0;
    let position = this.#size;
    while (position % 2 === 1) {
      const left = this.#edge[level];
      if (left === undefined) throw new Error('the frontier lacks a subtree that its size implies');
      hash = this.#hasher.node(left, hash);
      this.#edge[level] = undefined;
      level++;
      position = (position - 1) / 2;
      completed?.(level, position, hash);
    }
    this.#edge[level] = hash;
    this.#size++;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const hash of this.#edge) {
      if (hash !== undefined) root = root === undefined ? hash : this.#hasher.node(hash, root);
    }
    return root ?? emptyRoot();
  }
}

/**
 * Whether `proof` shows that the leaf is at `index` of the tree of `size` with this root.
 * Algorithm: RFC 9162, section 2.1.3.2.
 */
export function verifyInclusion(
  leafHash: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
  hasher: TreeHasher = portableHasher,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leafHash, root, ...proof].every(isHash)) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = hasher.node(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = hasher.node(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equalBytes(hash, root);
}

/**
 * Whether `proof` shows that the tree of `oldSize` is the beginning of the tree of `size`.
 * Algorithm: RFC 9162, section 2.1.4.2; the empty tree is the beginning of every tree, with an empty proof.
 */
export function verifyConsistency(
  oldSize: number,
  size: number,
  oldRoot: Uint8Array,
  root: Uint8Array,
  proof: readonly Uint8Array[],
  hasher: TreeHasher = portableHasher,
): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) return false;
  if (![oldRoot, root, ...proof].every(isHash)) return false;
  if (oldSize === size) return proof.length === 0 && equalBytes(oldRoot, root);
  if (oldSize === 0) return proof.length === 0 && equalBytes(oldRoot, emptyRoot());
  let fn = oldSize - 1;
  let sn = size - 1;
  while (fn % 2 === 1) {
    fn = (fn - 1) / 2;
    sn = Math.floor(sn / 2);
  }
  // When the old tree is one complete subtree, its root is where the proof begins.
  const rest = fn === 0 ? proof : proof.slice(1);
  const first = fn === 0 ? oldRoot : proof[0];
  if (first === undefined) return false;
  let oldHash = first;
  let hash = first;
  for (const sibling of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldHash = hasher.node(sibling, oldHash);
      hash = hasher.node(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = hasher.node(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equalBytes(oldHash, oldRoot) && equalBytes(hash, root);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === 32;
}
