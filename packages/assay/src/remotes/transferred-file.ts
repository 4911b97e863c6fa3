import { closeSync, createReadStream, createWriteStream, openSync, statSync, writeSync } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RemoteKey, TransferWatch } from './remote.ts';

/** Bytes of a broken-off download that are there already. They count only if the whole has the right hash at the end. */
export function standingBytes(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Writes what comes into a file, or behind what is there of it. */
export async function receive(
  source: Readable,
  file: string,
  append: boolean,
  { onBytes, signal }: TransferWatch,
): Promise<void> {
  if (onBytes) source.on('data', (piece: Buffer) => onBytes(piece.length));
  const target = createWriteStream(file, { flags: append ? 'a' : 'w', highWaterMark: 2 ** 20 });
  await pipeline(source, target, signal ? { signal } : {});
}

/** The same for bytes that have come already. */
export function writeReceived(bytes: Uint8Array, file: string, append: boolean, { onBytes }: TransferWatch): void {
  const descriptor = openSync(file, append ? 'a' : 'w');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } finally {
    closeSync(descriptor);
  }
  onBytes?.(bytes.length);
}

/** A file's bytes from an offset on, counted as they are read. */
export function sending(file: string, { onBytes }: TransferWatch, start = 0, end?: number): Readable {
  const source = createReadStream(file, { highWaterMark: 2 ** 20, start, ...(end === undefined ? {} : { end }) });
  if (!onBytes) return source;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      onBytes(piece.length);
      done(null, piece);
    },
  });
  source.on('error', (error) => counted.destroy(error));
  counted.on('close', () => source.destroy());
  return source.pipe(counted);
}

/** The MD5 that an object's bytes have by its key; undefined where the key does not say it. DVC 2 hashed text without its CRs. */
export function md5OfKey(key: RemoteKey): Buffer | undefined {
  const match = /^files\/md5\/([0-9a-f]{2})\/([0-9a-f]{30})(?:\.dir)?$/.exec(key);
  return match ? Buffer.from(match[1]! + match[2]!, 'hex') : undefined;
}

let uploads = 0;

/** A name beside an object's place, for what is not whole yet. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${uploads++}.tmp`;
}

export function isTemporary(path: string): boolean {
  return /\.\d+-\d+\.tmp$/.test(path);
}
