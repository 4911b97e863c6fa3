import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js';
import { equalBytes } from '../../records/proof/index.ts';
import { decodeRlp, encodeRlp, integerBytes, type Rlp } from './rlp.ts';

/** The key of the transaction at `index` in the tries of a block. */
export function trieKey(index: number): Uint8Array {
  return encodeRlp(integerBytes(BigInt(index)));
}

/**
 * The value that a Merkle Patricia trie has at a key (Yellow Paper, appendix D).
 * @param nodes from the root down, those that are named by their hash
 * @throws Error when they do not lead from the root to a value, or when some are left over
 */
export function verifyTrieProof(root: Uint8Array, key: Uint8Array, nodes: readonly Uint8Array[]): Uint8Array {
  let path = nibblesOf(key);
  let used = 0;
  const follow = (reference: Uint8Array): Rlp => {
    const bytes = nodes[used++];
    if (bytes === undefined) throw new Error('the trie proof is too short');
    if (!equalBytes(keccak256(bytes), reference))
      throw new Error('a node of the trie proof has not the hash that leads to it');
    return decodeRlp(bytes);
  };
  for (let node = follow(root); ; ) {
    if (node instanceof Uint8Array) throw new Error('a node of the trie proof is no list');
    let next: Rlp | undefined;
    if (node.length === 17) {
      const [first, ...rest] = path;
      next = node[first ?? 16];
      if (first === undefined) return valueAt(next, used, nodes);
      path = rest;
    } else if (node.length === 2) {
      const { nibbles, isLeaf } = decodePath(node[0]);
      if (nibbles.some((nibble, i) => path[i] !== nibble)) throw new Error('the trie proof leads to another key');
      path = path.slice(nibbles.length);
      next = node[1];
      if (isLeaf) {
        if (path.length > 0) throw new Error('the trie proof ends before its key');
        return valueAt(next, used, nodes);
      }
    } else throw new Error(`a node of the trie proof has ${node.length} items`);
    if (next === undefined || (next instanceof Uint8Array && next.length === 0))
      throw new Error('the trie has nothing at this key');
    // A node under 32 bytes stands in its parent.
    if (next instanceof Uint8Array) node = follow(next);
    else node = next;
  }
}

function valueAt(value: Rlp | undefined, used: number, nodes: readonly Uint8Array[]): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length === 0) throw new Error('the trie has nothing at this key');
  if (used !== nodes.length) throw new Error('the trie proof is too long');
  return value;
}

interface Node {
  readonly item: Rlp;
  /** Its encoding: what its parent names by hash, or contains when it is short. */
  readonly encoded: Uint8Array;
}

/**
 * The root of the trie of a list, such as a block's receipts, and the proof of one of its values.
 * @param values in order, none empty
 */
export function buildTrie(
  values: readonly Uint8Array[],
  index: number,
): { readonly root: Uint8Array; readonly proof: readonly Uint8Array[] } {
  const entries = values.map((value, i) => ({ path: nibblesOf(trieKey(i)), value }));
  const wanted = entries[index]?.path;
  const proof: Uint8Array[] = [];
  const make = (members: typeof entries, depth: number): Node => {
    const [only, ...others] = members;
    const shared = others.length === 0 ? 0 : sharedPrefix(members, depth);
    let item: Rlp;
    if (only === undefined) item = new Uint8Array(0);
    else if (others.length === 0) item = [encodePath(only.path.slice(depth), true), only.value];
    else if (shared > 0) {
      item = [encodePath(only.path.slice(depth, depth + shared), false), reference(make(members, depth + shared))];
    } else {
      const branches = Array.from({ length: 16 }, (_, nibble) => members.filter(({ path }) => path[depth] === nibble));
      const own = members.find(({ path }) => path.length === depth)?.value ?? new Uint8Array(0);
      item = [
        ...branches.map((branch) => (branch.length === 0 ? new Uint8Array(0) : reference(make(branch, depth + 1)))),
        own,
      ];
    }
    const encoded = encodeRlp(item);
    const isOnTheWay = wanted !== undefined && members.some(({ path }) => path === wanted);
    if (isOnTheWay && (encoded.length >= 32 || depth === 0)) proof.unshift(encoded);
    return { item, encoded };
  };
  const root = keccak256(make(entries, 0).encoded);
  return { root, proof };
}

function reference({ item, encoded }: Node): Rlp {
  return encoded.length < 32 ? item : keccak256(encoded);
}

function sharedPrefix(members: readonly { readonly path: readonly number[] }[], depth: number): number {
  const [first] = members;
  let length = 0;
  while (
    first &&
    depth + length < first.path.length &&
    members.every(({ path }) => path[depth + length] === first.path[depth + length])
  ) {
    length++;
  }
  return length;
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
}

/** Hex-prefix encoding (Yellow Paper, appendix C). */
function encodePath(nibbles: readonly number[], isLeaf: boolean): Uint8Array {
  const isOdd = nibbles.length % 2 === 1;
  const flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0);
  const all = isOdd ? [flag, ...nibbles] : [flag, 0, ...nibbles];
  return Uint8Array.from({ length: all.length / 2 }, (_, i) => all[2 * i]! * 16 + all[2 * i + 1]!);
}

function decodePath(encoded: Rlp | undefined): { readonly nibbles: readonly number[]; readonly isLeaf: boolean } {
  if (!(encoded instanceof Uint8Array) || encoded.length === 0) throw new Error('a path in the trie proof is no bytes');
  const [flag = 0, second = 0, ...rest] = nibblesOf(encoded);
  if (flag > 3 || (flag % 2 === 0 && second !== 0)) throw new Error('a path in the trie proof is not well formed');
  return { nibbles: flag % 2 === 1 ? [second, ...rest] : rest, isLeaf: flag >= 2 };
}
