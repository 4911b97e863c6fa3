import { sha256 } from '../sha256.ts';

/**
 * QLDB's way to join two hashes: compared as signed bytes from the last to the first, the smaller comes first. An empty one
 * leaves the other as it is. It is commutative, so that siblings in a tree may change places unseen.
 */
export function dot(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const ordered = compare(one, other) < 0 ? [one, other] : [other, one];
  return sha256(Buffer.concat(ordered));
}

function compare(one: Uint8Array, other: Uint8Array): number {
  for (let i = one.length - 1; i >= 0; i--) {
    const difference = signedByte(one[i]) - signedByte(other[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function signedByte(byte = 0): number {
  return byte < 0x80 ? byte : byte - 0x100;
}

/** The root of a tree over these hashes by `dot`; one without a partner goes up as it is. Empty for none. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => {
      const right = below[2 * i + 1];
      return right === undefined ? below[2 * i]! : dot(below[2 * i]!, right);
    });
  }
  return level[0] ?? new Uint8Array(0);
}
