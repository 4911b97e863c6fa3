import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexOf } from './bytes.ts';
import { decodeRlp, encodeRlp, type Rlp } from './rlp.ts';
import { buildTrie, trieKey, verifyTrieProof } from './trie.ts';

const valueAt = (i: number, length = 40) => Uint8Array.from({ length }, (_, at) => (i * 7 + at) % 251 || 1);

test('every value of a list is proved, at every length that changes the shape of the trie', () => {
  for (const count of [1, 2, 3, 16, 17, 127, 128, 129, 130, 257]) {
    for (const length of [1, 3, 40]) {
      const values = Array.from({ length: count }, (_, i) => valueAt(i, length));
      for (const index of new Set([0, 1, count >> 1, count - 1])) {
        if (index >= count) continue;
        const { root, proof } = buildTrie(values, index);
        expect(verifyTrieProof(root, trieKey(index), proof)).toEqual(values[index]);
      }
    }
  }
});

test('the trie of nothing has the root that empty blocks name', () => {
  expect(hexOf(buildTrie([], 0).root)).toBe('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
});

test('a changed, missing, added or other proof leads nowhere', () => {
  const values = Array.from({ length: 200 }, (_, i) => valueAt(i));
  const { root, proof } = buildTrie(values, 77);
  const key = trieKey(77);
  expect(verifyTrieProof(root, key, proof)).toEqual(values[77]);
  for (let n = 0; n < proof.length; n++) {
    for (let at = 0; at < proof[n]!.length; at += 5) {
      const bytes = proof[n]!.slice();
      bytes[at]! ^= 1;
      expect(() => verifyTrieProof(root, key, proof.with(n, bytes))).toThrow();
    }
  }
  expect(() => verifyTrieProof(root, key, proof.slice(0, -1))).toThrow('too short');
  expect(() => verifyTrieProof(root, key, [...proof, proof[0]!])).toThrow('too long');
  expect(() => verifyTrieProof(root, trieKey(78), proof)).toThrow();
  expect(() => verifyTrieProof(keccak256(root), key, proof)).toThrow();
  expect(() => verifyTrieProof(root, trieKey(200), proof)).toThrow();
});

test('RLP is read as it was written, and in no other spelling', () => {
  const { item } = fc.letrec<{ item: Rlp }>((tie) => ({
    item: fc.oneof({ maxDepth: 4 }, fc.uint8Array({ maxLength: 80 }), fc.array(tie('item'), { maxLength: 5 })),
  }));
  fc.assert(
    fc.property(item, (value) => {
      expect(decodeRlp(encodeRlp(value))).toEqual(value);
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      let value: Rlp;
      try {
        value = decodeRlp(bytes);
      } catch {
        return;
      }
      expect(encodeRlp(value)).toEqual(bytes);
    }),
    { numRuns: 2000 },
  );
  for (const bad of [[], [0x81, 0x05], [0xb8, 0x01, 0x80], [0xb9, 0x00, 0x40], [0x83, 1, 2], [0x80, 0x80], [0xc1]]) {
    expect(() => decodeRlp(Uint8Array.from(bad))).toThrow();
  }
});
