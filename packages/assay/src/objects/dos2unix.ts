import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { md5OfFile } from './hashing.ts';

const chunkSize = 2 ** 20;
const sampleSize = 512;

/**
 * DVC 2's MD5, for which CRLF in texts is LF: read in pieces of 1 MiB, each a text or not by its first 512 bytes.
 * @returns hex
 */
export function dos2unixMd5(path: string): string {
  const file = openSync(path, 'r');
  try {
    const digest = createHash('md5');
    const buffer = Buffer.allocUnsafe(chunkSize);
    for (;;) {
      let length = 0;
      while (length < chunkSize) {
        const read = readSync(file, buffer, length, chunkSize - length, null);
        if (read === 0) break;
        length += read;
      }
      if (length === 0) return digest.digest('hex');
      const chunk = buffer.subarray(0, length);
      digest.update(isText(chunk.subarray(0, sampleSize)) ? withoutReturns(chunk) : chunk);
    }
  } finally {
    closeSync(file);
  }
}

/** No zero byte, and at most 30 % of bytes outside of printable ASCII and the usual white space. */
function isText(sample: Buffer): boolean {
  if (sample.length === 0) return true;
  let others = 0;
  for (const byte of sample) {
    if (byte === 0) return false;
    const plain =
      (byte >= 0x20 && byte < 0x7f) || byte === 8 || byte === 9 || byte === 10 || byte === 12 || byte === 13;
    if (!plain) others++;
  }
  return others / sample.length <= 0.3;
}

function withoutReturns(chunk: Buffer): Buffer {
  if (!chunk.includes(13)) return chunk;
  const out = Buffer.allocUnsafe(chunk.length);
  let at = 0;
  for (let i = 0; i < chunk.length; i++) {
    if (chunk[i] === 13 && chunk[i + 1] === 10) continue;
    out[at++] = chunk[i]!;
  }
  return out.subarray(0, at);
}

/** What an object may be named by: its MD5, and for one of DVC 2 also that of its text. */
export async function md5OfObject(path: string, legacy: boolean): Promise<readonly string[]> {
  const md5 = await md5OfFile(path);
  return legacy ? [md5, dos2unixMd5(path)] : [md5];
}
