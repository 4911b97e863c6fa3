import { KnownHashes } from './known-hashes.ts';
import { sha256Into } from './sha256.ts';

const BEGIN = 0x0b;
const ESCAPE = 0x0c;
const END = 0x0e;
/** What more may stay in memory between two hashes. */
const KEPT = 1 << 20;
/** Up to so many entries are put in order by insertion. */
const INSERTED = 24;

/** The bytes that Ion Hash hashes: one buffer that grows, written from the front, with markers escaped. */
export class HashBytes {
  #bytes = Buffer.allocUnsafe(1 << 14);
  #length = 0;
  readonly #known = new KnownHashes();

  get length(): number {
    return this.#length;
  }

  reset(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT) this.#bytes = Buffer.allocUnsafe(1 << 14);
  }

  begin(typeQualifier: number): void {
    this.#room(2);
    this.#bytes[this.#length++] = BEGIN;
    this.#bytes[this.#length++] = typeQualifier;
  }

  end(): void {
    this.#room(1);
    this.#bytes[this.#length++] = END;
  }

  /** One byte of a representation. */
  byte(byte: number): void {
    this.#room(2);
    if (byte === BEGIN || byte === ESCAPE || byte === END) this.#bytes[this.#length++] = ESCAPE;
    this.#bytes[this.#length++] = byte;
  }

  escaped(source: Uint8Array, from: number, to: number): void {
    this.#room(2 * (to - from));
    const bytes = this.#bytes;
    let length = this.#length;
    for (let i = from; i < to; i++) {
      const byte = source[i]!;
      if (byte === BEGIN || byte === ESCAPE || byte === END) bytes[length++] = ESCAPE;
      bytes[length++] = byte;
    }
    this.#length = length;
  }

  /** As UTF-8. */
  text(text: string): void {
    this.#room(2 * text.length);
    const bytes = this.#bytes;
    let length = this.#length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        const rest = Buffer.from(i === 0 ? text : text.slice(i), 'utf8');
        this.#length = length;
        this.escaped(rest, 0, rest.length);
        return;
      }
      if (code === BEGIN || code === ESCAPE || code === END) bytes[length++] = ESCAPE;
      bytes[length++] = code;
    }
    this.#length = length;
  }

  /** Without its sign, big-endian, as few bytes as it takes. */
  magnitude(value: bigint): void {
    const positive = value < 0n ? -value : value;
    if (positive <= 0xffff_ffffn) {
      const rest = Number(positive);
      let size = 0;
      for (let left = rest; left > 0; left = Math.floor(left / 256)) size++;
      while (size-- > 0) {
        this.byte((rest >>> (8 * size)) & 0xff);
      }
      return;
    }
    const bytes = magnitudeBytes(positive);
    this.escaped(bytes, 0, bytes.length);
  }

  float(value: number): void {
    if (Object.is(value, 0)) return;
    const bytes = Buffer.alloc(8);
    if (Number.isNaN(value)) bytes.writeUInt16BE(0x7ff8);
    else bytes.writeDoubleBE(value);
    this.escaped(bytes, 0, 8);
  }

  /** Replaces all from `start` by its hash. */
  hashFrom(start: number): void {
    this.#room(32);
    this.#known.replace(this.#bytes, start, this.#length);
    this.#length = start + 32;
  }

  /** Puts `count` entries of `size` bytes from `first` to the end in order, then escapes them. */
  sortAndEscape(first: number, size: number, count: number): void {
    const tail = first + size * count;
    this.#room(2 * size * count);
    const bytes = this.#bytes;
    const order = inOrder(bytes, first, size, count);
    for (const at of order) this.escaped(bytes, at, at + size);
    bytes.copyWithin(first, tail, this.#length);
    this.#length -= tail - first;
  }

  /** The hash of all. */
  digest(): Buffer {
    const digest = Buffer.allocUnsafe(32);
    sha256Into(this.#bytes, 0, this.#length, digest, 0);
    return digest;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Where entries begin, in the order of their bytes. */
function inOrder(bytes: Buffer, first: number, size: number, count: number): number[] {
  const order: number[] = [];
  if (count > INSERTED) {
    for (let i = 0; i < count; i++) order.push(first + i * size);
    return order.sort((a, b) => compare(bytes, a, b, size));
  }
  for (let i = 0; i < count; i++) {
    const at = first + i * size;
    let place = i;
    for (; place > 0 && compare(bytes, order[place - 1]!, at, size) > 0; place--) order[place] = order[place - 1]!;
    order[place] = at;
  }
  return order;
}

function compare(bytes: Buffer, a: number, b: number, size: number): number {
  let i = 0;
  while (i < size - 1 && bytes[a + i] === bytes[b + i]) i++;
  return bytes[a + i]! - bytes[b + i]!;
}

/** Of a positive number, big-endian; none for 0. */
export function magnitudeBytes(value: bigint): Buffer {
  if (value === 0n) return Buffer.alloc(0);
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}
