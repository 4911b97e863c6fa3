import { concat } from '../../records/proof/index.ts';

/** What RLP encodes: byte strings and lists of them (Ethereum Yellow Paper, appendix B). */
export type Rlp = Uint8Array | readonly Rlp[];

/** Deeper ones are refused rather than left to overflow the stack. */
const DEEPEST = 64;

export function encodeRlp(item: Rlp): Uint8Array {
  if (item instanceof Uint8Array) {
    return item.length === 1 && item[0]! < 0x80 ? item : concat(prefix(item.length, 0x80), item);
  }
  const payload = concat(...item.map(encodeRlp));
  return concat(prefix(payload.length, 0xc0), payload);
}

/** An integer as RLP has it: big-endian, without leading zeros; zero is empty. */
export function integerBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 255n));
  return Uint8Array.from(bytes);
}

/**
 * Reads one item that fills the bytes. Every other spelling of an item than the shortest is refused.
 * @throws Error that says what is wrong
 */
export function decodeRlp(bytes: Uint8Array): Rlp {
  const { item, end } = read(bytes, 0, 0);
  if (end !== bytes.length) throw new Error('bytes follow the RLP item');
  return item;
}

function prefix(length: number, offset: number): Uint8Array {
  if (length < 56) return Uint8Array.of(offset + length);
  const digits = integerBytes(BigInt(length));
  return concat(Uint8Array.of(offset + 55 + digits.length), digits);
}

function read(bytes: Uint8Array, at: number, depth: number): { readonly item: Rlp; readonly end: number } {
  if (depth > DEEPEST) throw new Error('the RLP is nested too deep');
  const first = bytes[at];
  if (first === undefined) throw new Error('the RLP ends too early');
  if (first < 0x80) return { item: bytes.subarray(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const short = first - (isList ? 0xc0 : 0x80);
  let start = at + 1;
  let length = short;
  if (short > 55) {
    const digits = bytes.subarray(start, start + short - 55);
    if (digits.length !== short - 55 || digits[0] === 0 || digits.length > 4) throw new Error('an RLP length is wrong');
    length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
    if (length < 56) throw new Error('an RLP length is not written the short way');
    start += digits.length;
  }
  const end = start + length;
  if (end > bytes.length) throw new Error('the RLP ends too early');
  if (!isList) {
    if (length === 1 && bytes[start]! < 0x80) throw new Error('an RLP byte is not written the short way');
    return { item: bytes.subarray(start, end), end };
  }
  const items: Rlp[] = [];
  while (start < end) {
    const next = read(bytes.subarray(0, end), start, depth + 1);
    items.push(next.item);
    start = next.end;
  }
  return { item: items, end };
}
