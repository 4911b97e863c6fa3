import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Hashes } from './object-store.ts';

const CHUNK = 4 * 2 ** 20;

export function hashBytes(bytes: Uint8Array): Hashes {
  return { md5: hash('md5', bytes, 'hex'), sha256: hash('sha256', bytes, 'hex'), size: bytes.length };
}

/** Both hashes of bytes that come in pieces. */
export class RunningHashes {
  readonly #md5 = createHash('md5');
  readonly #sha256 = createHash('sha256');
  #size = 0;

  update(bytes: Uint8Array): void {
    this.#md5.update(bytes);
    this.#sha256.update(bytes);
    this.#size += bytes.length;
  }

  end(): Hashes {
    return { md5: this.#md5.digest('hex'), sha256: this.#sha256.digest('hex'), size: this.#size };
  }
}

/**
 * Both hashes of a file in one read.
 * @param onChunk is given each piece too, valid until its promise resolves: one read serves hashing and copying
 */
export async function hashFile(path: string, onChunk?: (chunk: Uint8Array) => Promise<void>): Promise<Hashes> {
  const file = await open(path, 'r');
  try {
    const hashes = new RunningHashes();
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size, 64 * 1024)));
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hashes.end();
      const chunk = buffer.subarray(0, bytesRead);
      hashes.update(chunk);
      await onChunk?.(chunk);
    }
  } finally {
    await file.close();
  }
}

/** MD5 of a file, hex; read in pieces, the next one while the last is hashed. */
export async function md5OfFile(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const digest = createHash('md5');
    const { size } = await file.stat();
    const length = Math.min(CHUNK, Math.max(size, 64 * 1024));
    let [current, next] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
    let reading = file.read(current, 0, length);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return digest.digest('hex');
      reading = file.read(next, 0, length);
      digest.update(current.subarray(0, bytesRead));
      [current, next] = [next, current];
    }
  } finally {
    await file.close();
  }
}
