import { hash } from 'node:crypto';

/**
 * SHA-256 (FIPS 180-4) of inputs of one block, without the call into OpenSSL that costs more than hashing them. Longer ones go there.
 */
const LONGEST = 55;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = Int32Array.from(primes(64), (prime) => fractionBits(Math.cbrt(prime)));
const INITIAL = Int32Array.from(primes(8), (prime) => fractionBits(Math.sqrt(prime)));
const schedule = new Int32Array(64);
const state = new Int32Array(8);

/** The hash of `bytes` from `start` to `end`, written to `out` at `at`: 32 bytes, which may lie over the input. */
export function sha256Into(bytes: Uint8Array, start: number, end: number, out: Buffer, at: number): void {
  if (end - start > LONGEST) {
    // As a text: for a digest as bytes, Node makes a buffer outside of the heap, at three times the price.
    out.write(hash('sha256', bytes.subarray(start, end), 'binary'), at, 32, 'latin1');
    return;
  }
  state.set(INITIAL);
  let pos = start;
  while (pos + 64 <= end) {
    for (let i = 0; i < 16; i++, pos += 4) schedule[i] = word(bytes, pos);
    compress();
  }
  let i = 0;
  for (; pos + 4 <= end; pos += 4) schedule[i++] = word(bytes, pos);
  let last = 0;
  let shift = 24;
  for (; pos < end; pos++, shift -= 8) last |= bytes[pos]! << shift;
  schedule[i++] = last | (0x80 << shift);
  if (i > 14) {
    schedule.fill(0, i, 16);
    compress();
    i = 0;
  }
  schedule.fill(0, i, 15);
  schedule[15] = (end - start) << 3;
  compress();
  for (let k = 0; k < 8; k++) {
    const value = state[k]!;
    out[at + 4 * k] = value >>> 24;
    out[at + 4 * k + 1] = value >>> 16;
    out[at + 4 * k + 2] = value >>> 8;
    out[at + 4 * k + 3] = value;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function compress(): void {
  const w = schedule;
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + w[i - 7]! + s0 + s1) | 0;
  }
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
  let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + K[i]! + w[i]!) | 0;
    const t2 = (s0 + ((a & b) ^ (c & (a ^ b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

function fractionBits(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
}
