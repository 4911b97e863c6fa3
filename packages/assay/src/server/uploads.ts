import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Hashes, ObjectStore } from '../objects/index.ts';
import { RequestError } from './errors.ts';

/** How many uploads are remembered until a record names them. */
const MOST_REMEMBERED = 10_000;

/** Files that a page has sent, in the store, and not named by a record yet. Their hashes are this server's, never the page's. */
export class Uploads {
  readonly #objects: ObjectStore;
  readonly #temporary: string;
  readonly #known = new Map<string, Hashes>();

  /** @param temporary a folder on the store's disk */
  constructor(objects: ObjectStore, temporary: string) {
    this.#objects = objects;
    this.#temporary = temporary;
  }

  /** Takes a file of `length` bytes into the store. @throws RequestError when it breaks off */
  async take(body: ReadableStream<Uint8Array> | null, length: number): Promise<Hashes> {
    mkdirSync(this.#temporary, { recursive: true });
    const folder = mkdtempSync(join(this.#temporary, 'upload-'));
    const file = join(folder, 'file');
    try {
      const source =
        body === null ? Readable.from([]) : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
      await pipeline(source, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
      const hashes = await this.#objects.batch((batch) => batch.putFile(file));
      if (hashes.size !== length) throw brokenOff(hashes.size, length);
      if (this.#known.size >= MOST_REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
      this.#known.set(hashes.sha256, hashes);
      return hashes;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  has(sha256: string): boolean {
    return this.#known.has(sha256);
  }

  /** @throws RequestError `ASSAY_API_NO_UPLOAD` */
  find(sha256: string, path: string): Hashes {
    const found = this.#known.get(sha256);
    if (found) return found;
    throw new RequestError(400, 'ASSAY_API_NO_UPLOAD', `no file with the SHA-256 ${sha256} was sent to this server`, {
      path,
      hint: 'Send it by `POST /api/track-files` first, and again after the server was started anew.',
    });
  }
}

function brokenOff(got: number, length: number): RequestError {
  return new RequestError(400, 'ASSAY_API_REQUEST', `body: ${got} bytes came, and ${length} were announced`, {
    path: 'body',
    hint: 'Send the file again.',
  });
}
