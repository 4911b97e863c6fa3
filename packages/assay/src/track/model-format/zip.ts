import { inflateRawSync } from 'node:zlib';
import { damage, type Source, shown } from './source.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly at: number;
}

const MOST_ENTRIES = 100_000;
const LARGEST_UNPACKED = 64 * 2 ** 20;

/**
 * The central directory of a zip file (APPNOTE 6.3, with zip64).
 * @throws AssayError `ASSAY_TRACK_MODEL_FILE`
 */
export function zipEntries(source: Source): ZipEntry[] {
  const { name, size } = source;
  const tailAt = Math.max(0, size - 65_557);
  const tail = view(source.bytes(tailAt, size - tailAt, 'the end of the zip file'));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw damage(name, tailAt, 'a zip file without its directory: it was cut short');
  let count = tail.getUint16(end + 10, true);
  let length = tail.getUint32(end + 12, true);
  let at = tail.getUint32(end + 16, true);
  if ((at === 0xffffffff || count === 0xffff) && end >= 20 && tail.getUint32(end - 20, true) === 0x07064b50) {
    const place = Number(tail.getBigUint64(end - 12, true));
    const wide = view(source.bytes(place, 56, 'the zip64 directory'));
    if (wide.getUint32(0, true) !== 0x06064b50) throw damage(name, place, 'no zip64 directory');
    [count, length, at] = [32, 40, 48].map((field) => Number(wide.getBigUint64(field, true))) as [
      number,
      number,
      number,
    ];
  }
  if (count > MOST_ENTRIES) throw damage(name, tailAt + end, `${count} entries; at most ${MOST_ENTRIES}`);
  if (at + length > size) throw damage(name, tailAt + end, `a directory of ${length} bytes at ${at} of ${size}`);
  const entries: ZipEntry[] = [];
  for (let i = 0, next = at; i < count; i++) {
    const header = view(source.bytes(next, 46, 'an entry of the directory'));
    if (header.getUint32(0, true) !== 0x02014b50) throw damage(name, next, 'no entry of a zip directory');
    const [nameLength, extraLength, remark] = [28, 30, 32].map((field) => header.getUint16(field, true)) as [
      number,
      number,
      number,
    ];
    const method = header.getUint16(10, true);
    const [packed, unpacked] = [header.getUint32(20, true), header.getUint32(24, true)];
    const local = header.getUint32(42, true);
    const bytes = source.bytes(next + 46, nameLength + extraLength, 'an entry of the directory');
    const wide = zip64(view(bytes.subarray(nameLength)), [unpacked, packed, local]);
    const entry = {
      name: shown(bytes.subarray(0, nameLength)),
      method,
      packed: wide[1]!,
      size: wide[0]!,
      at: wide[2]!,
    };
    if (entry.at + 30 + entry.packed > size) {
      throw damage(name, next, `the entry ${entry.name} of ${entry.packed} bytes at ${entry.at} passes the file's end`);
    }
    entries.push(entry);
    next += 46 + nameLength + extraLength + remark;
  }
  return entries;
}

/** The 64-bit values of those that did not fit, in their order. */
function zip64(extra: DataView, narrow: readonly number[]): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return narrow.map((value) => {
      if (value !== 0xffffffff || next + 8 > extra.byteLength) return value;
      next += 8;
      return Number(extra.getBigUint64(next - 8, true));
    });
  }
  return [...narrow];
}

/** An entry's bytes, stored or deflated. */
export function unzip(source: Source, { name, method, packed, size, at }: ZipEntry): Uint8Array {
  const header = view(source.bytes(at, 30, `the entry ${name}`));
  if (header.getUint32(0, true) !== 0x04034b50) throw damage(source.name, at, `no entry of a zip file for ${name}`);
  if (size > LARGEST_UNPACKED) throw damage(source.name, at, `${name} has ${size} bytes; at most ${LARGEST_UNPACKED}`);
  const from = at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const bytes = source.bytes(from, packed, `the entry ${name}`);
  if (method === 0) return bytes.slice();
  if (method !== 8) throw damage(source.name, at, `${name} is packed by the method ${method}`);
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw damage(source.name, from, `${name} does not unpack to the ${size} bytes that it claims`);
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
