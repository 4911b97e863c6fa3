import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeHasher } from '../hashing.ts';
import { consistencyPath, inclusionPath, rootAt } from '../tree.ts';
import { toHex } from './bytes.ts';
import { emptyRoot, Frontier, portableHasher, verifyConsistency, verifyInclusion } from './merkle.ts';

/** RFC 6962, section 2.1, as it is written there: another implementation, to compare with. */
const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const split = (n: number) => 2 ** Math.ceil(Math.log2(n) - 1);
function treeHash(data: readonly Uint8Array[]): Buffer {
  if (data.length === 0) return sha();
  if (data.length === 1) return sha(Buffer.from([0]), data[0]!);
  const k = split(data.length);
  return sha(Buffer.from([1]), treeHash(data.slice(0, k)), treeHash(data.slice(k)));
}
function auditPath(m: number, data: readonly Uint8Array[]): Buffer[] {
  if (data.length === 1) return [];
  const k = split(data.length);
  return m < k
    ? [...auditPath(m, data.slice(0, k)), treeHash(data.slice(k))]
    : [...auditPath(m - k, data.slice(k)), treeHash(data.slice(0, k))];
}
function subproof(m: number, data: readonly Uint8Array[], whole: boolean): Buffer[] {
  if (m === data.length) return whole ? [] : [treeHash(data)];
  const k = split(data.length);
  return m <= k
    ? [...subproof(m, data.slice(0, k), whole), treeHash(data.slice(k))]
    : [...subproof(m - k, data.slice(k), false), treeHash(data.slice(0, k))];
}

/** The leaves and roots that implementations of Certificate Transparency test themselves with. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (text) => Buffer.from(text, 'hex'),
);
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The nodes of a tree, as the record store keeps them. */
function build(data: readonly Uint8Array[]) {
  const nodes = new Map<string, Uint8Array>();
  const frontier = new Frontier(nodeHasher);
  data.forEach((entry, i) => {
    const leaf = nodeHasher.leaf(entry);
    nodes.set(`0/${i}`, leaf);
    frontier.add(leaf, (level, position, hash) => nodes.set(`${level}/${position}`, hash));
  });
  let reads = 0;
  const read = (level: number, position: number) => {
    reads++;
    return nodes.get(`${level}/${position}`)!;
  };
  return { read, root: () => frontier.root(), reads: () => reads };
}

const entries = Array.from({ length: 70 }, (_, i) => Buffer.from(`entry ${i}`));

test.each(roots.map((root, i) => [i + 1, root] as const))('the root of the first %d standard leaves', (size, root) => {
  expect(toHex(build(leaves.slice(0, size)).root())).toBe(root);
  expect(treeHash(leaves.slice(0, size)).toString('hex')).toBe(root);
  expect(toHex(rootAt(build(leaves).read, size))).toBe(root);
});

test('both hashers agree, and the empty root is that of RFC 6962', () => {
  expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (entry, hash) => {
      expect(toHex(portableHasher.leaf(entry))).toBe(toHex(nodeHasher.leaf(entry)));
      expect(toHex(portableHasher.node(hash, hash))).toBe(toHex(nodeHasher.node(hash, hash)));
    }),
  );
});

test('every inclusion proof of every tree up to 70 leaves is the one of RFC 6962, and verifies', () => {
  const { read } = build(entries);
  for (let size = 1; size <= entries.length; size++) {
    const root = rootAt(read, size);
    expect(toHex(root)).toBe(treeHash(entries.slice(0, size)).toString('hex'));
    for (let index = 0; index < size; index++) {
      const path = inclusionPath(read, index, size);
      if (size < 20 || index % 7 === 0)
        expect(path.map(toHex)).toEqual(auditPath(index, entries.slice(0, size)).map(toHex));
      expect(verifyInclusion(nodeHasher.leaf(entries[index]!), index, size, path, root, nodeHasher)).toBe(true);
    }
  }
});

test('every consistency proof of every pair of sizes up to 70 is the one of RFC 6962, and verifies', () => {
  const { read } = build(entries);
  const rootOf = Array.from({ length: entries.length + 1 }, (_, size) => rootAt(read, size));
  for (let size = 0; size <= entries.length; size++) {
    for (let old = 0; old <= size; old++) {
      const path = consistencyPath(read, old, size);
      if (old > 0 && (size < 20 || old % 7 === 0)) {
        expect(path.map(toHex)).toEqual(subproof(old, entries.slice(0, size), true).map(toHex));
      }
      expect(verifyConsistency(old, size, rootOf[old]!, rootOf[size]!, path, nodeHasher)).toBe(true);
      if (old !== size)
        expect(verifyConsistency(old, size, rootOf[size]!, rootOf[size]!, path, nodeHasher)).toBe(false);
    }
  }
});

test('a proof of a large tree reads few nodes', () => {
  const { read, reads } = build(Array.from({ length: 5000 }, (_, i) => Buffer.from(String(i))));
  inclusionPath(read, 4999, 5000);
  consistencyPath(read, 3333, 5000);
  rootAt(read, 4999);
  expect(reads()).toBeLessThan(60);
});

test('a proof for what is not there is refused', () => {
  const { read } = build(leaves);
  for (const [index, size] of [
    [8, 8],
    [-1, 8],
    [0, 0],
  ] as const) {
    expect(() => inclusionPath(read, index, size)).toThrow(expect.objectContaining({ code: 'ASSAY_PROOF_RANGE' }));
  }
  expect(() => consistencyPath(read, 8, 7)).toThrow(expect.objectContaining({ code: 'ASSAY_PROOF_RANGE' }));
});

describe('a proof is rejected when', () => {
  const { read } = build(entries);
  const [index, size] = [37, 70];
  const leaf = portableHasher.leaf(entries[index]!);
  const path = inclusionPath(read, index, size);
  const root = rootAt(read, size);
  const verify = (with_: {
    leaf?: Uint8Array;
    index?: number;
    size?: number;
    path?: Uint8Array[];
    root?: Uint8Array;
  }) =>
    verifyInclusion(
      with_.leaf ?? leaf,
      with_.index ?? index,
      with_.size ?? size,
      with_.path ?? path,
      with_.root ?? root,
    );

  test('nothing is wrong with it, it is not', () => expect(verify({})).toBe(true));
  test('the index is another, negative, fractional, or not below the size', () => {
    for (const other of [36, 38, 70, 71, 1e9, -1, 37.5, Number.NaN]) expect(verify({ index: other })).toBe(false);
  });
  test('the size is another, or none', () => {
    for (const other of [0, 37, 38, 64, 1e9, -70, 70.5]) expect(verify({ size: other })).toBe(false);
  });
  test('it is shorter, longer or padded', () => {
    expect(verify({ path: path.slice(1) })).toBe(false);
    expect(verify({ path: path.slice(0, -1) })).toBe(false);
    expect(verify({ path: [...path, path[0]!] })).toBe(false);
    expect(verify({ path: [path[0]!, ...path] })).toBe(false);
    expect(verify({ path: [...path.slice(0, -1), path.at(-1)!.slice(0, 31)] })).toBe(false);
    expect(verify({ path: [...path.slice(0, -1), Uint8Array.of(...path.at(-1)!, 0)] })).toBe(false);
  });
  test('two hashes are swapped', () => expect(verify({ path: [path[1]!, path[0]!, ...path.slice(2)] })).toBe(false));
  test('an internal node is offered as a leaf', () => {
    expect(verify({ leaf: read(1, 18), index: 18, size: 35, path: path.slice(1) })).toBe(true);
    // The hashes alone cannot tell; that a leaf is hashed from its entry does.
    const asEntry = Buffer.concat([read(0, 36), read(0, 37)]);
    expect(verify({ leaf: portableHasher.leaf(asEntry), index: 18, size: 35, path: path.slice(1) })).toBe(false);
  });
  test('any bit of it, of the leaf or of the root is flipped', () => {
    fc.assert(
      fc.property(fc.nat({ max: path.length + 1 }), fc.nat({ max: 255 }), (which, bit) => {
        const all = [leaf, root, ...path].map((hash) => Uint8Array.from(hash));
        all[which]![bit >> 3]! ^= 1 << (bit & 7);
        const [changedLeaf, changedRoot, ...changedPath] = all;
        expect(verify({ leaf: changedLeaf!, root: changedRoot!, path: changedPath })).toBe(false);
      }),
    );
  });
  test('a tree of one leaf comes with a path', () => {
    const single = portableHasher.leaf(entries[0]!);
    expect(verifyInclusion(single, 0, 1, [], single)).toBe(true);
    expect(verifyInclusion(single, 0, 1, [single], portableHasher.node(single, single))).toBe(false);
    expect(verifyInclusion(single, 0, 0, [], emptyRoot())).toBe(false);
  });
});

describe('a consistency proof is rejected when', () => {
  const { read } = build(entries);
  const roots = (old: number, size: number) => [rootAt(read, old), rootAt(read, size)] as const;
  test('a byte of it is changed, or a hash added or taken away', () => {
    for (const [old, size] of [
      [6, 7],
      [32, 70],
      [33, 70],
      [69, 70],
    ] as const) {
      const path = consistencyPath(read, old, size);
      const [oldRoot, root] = roots(old, size);
      expect(verifyConsistency(old, size, oldRoot, root, path)).toBe(true);
      expect(verifyConsistency(old, size, oldRoot, root, path.slice(1))).toBe(false);
      expect(verifyConsistency(old, size, oldRoot, root, path.slice(0, -1))).toBe(false);
      expect(verifyConsistency(old, size, oldRoot, root, [...path, path[0]!])).toBe(false);
      for (let i = 0; i < path.length; i++) {
        const changed = path.map((hash) => Uint8Array.from(hash));
        changed[i]![0]! ^= 1;
        expect(verifyConsistency(old, size, oldRoot, root, changed)).toBe(false);
      }
    }
  });
  test('sizes are wrong, or the empty tree comes with hashes or a root of its own', () => {
    const [oldRoot, root] = roots(6, 70);
    const path = consistencyPath(read, 6, 70);
    for (const [old, size] of [
      [70, 6],
      [-6, 70],
      [6.5, 70],
      [6, 71.5],
    ] as const) {
      expect(verifyConsistency(old, size, oldRoot, root, path)).toBe(false);
    }
    expect(verifyConsistency(0, 70, emptyRoot(), root, [])).toBe(true);
    expect(verifyConsistency(0, 70, oldRoot, root, [])).toBe(false);
    expect(verifyConsistency(0, 70, emptyRoot(), root, [root])).toBe(false);
    expect(verifyConsistency(70, 70, root, root, [root])).toBe(false);
  });
});
