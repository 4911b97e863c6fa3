import type { ObjectIndex } from '../objects/index.ts';
import type { Workplace } from './workplace.ts';

/**
 * Remembers the SHA-256 of every object in the cache. Whatever has the same MD5 and other bytes is an error from then on, wherever
 * both hashes are made. Nothing in the cache changes.
 * @returns how many objects there are, and those whose bytes are not what their name says: these are not remembered
 * @throws AssayError `ASSAY_OBJECT_MD5_COLLISION`
 */
export async function rememberSha256(
  { cache, signal, onProgress }: Workplace,
  index: ObjectIndex,
): Promise<{ readonly objects: number; readonly bytes: number; readonly corrupt: readonly string[] }> {
  const corrupt: string[] = [];
  let [objects, bytes] = [0, 0];
  let pending = [];
  for (const { md5, legacy } of cache.list()) {
    signal.throwIfAborted();
    const hashes = await index.hashesOf(cache.pathOf(md5, legacy));
    objects++;
    bytes += hashes.size;
    // The names of DVC 2 leave out carriage returns; the pair is of the bytes themselves.
    if (legacy || hashes.md5 === md5.slice(0, 32)) pending.push(hashes);
    else corrupt.push(md5);
    if (pending.length >= 1000) {
      await index.remember(pending);
      pending = [];
    }
    onProgress?.('hashing', objects);
  }
  await index.remember(pending);
  return { objects, bytes, corrupt };
}
