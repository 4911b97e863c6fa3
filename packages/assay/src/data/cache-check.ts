import { rmSync, statSync } from 'node:fs';
import { AssayError } from '../errors.ts';
import { hashFile, md5OfObject, type ObjectIndex } from '../objects/index.ts';
import type { Workplace } from './workplace.ts';

export interface CorruptObject {
  readonly md5: string;
  readonly file: string;
  readonly legacy: boolean;
  /** Outputs of the workspace that need it. */
  readonly neededBy: readonly string[];
}

/**
 * Reads every object of the cache again.
 * @param index what was remembered by `migrate`: an object in it has to have that SHA-256 as well
 * @returns how many there are, and those that do not hold what their name says. Objects of DVC 2 whose name leaves out carriage
 * returns are known to be such only by their hash with and without.
 */
export async function checkCache(
  workplace: Workplace,
  needed: ReadonlyMap<string, readonly string[]>,
  index?: ObjectIndex,
): Promise<{ readonly objects: number; readonly bytes: number; readonly corrupt: readonly CorruptObject[] }> {
  const { cache, signal, onProgress } = workplace;
  const corrupt: CorruptObject[] = [];
  let objects = 0;
  let bytes = 0;
  for (const { md5, size, legacy } of cache.list()) {
    signal.throwIfAborted();
    const file = cache.pathOf(md5, legacy);
    // What an object of DVC 2 is called leaves out carriage returns: nothing was remembered under that name.
    const sha256 = legacy ? undefined : await index?.sha256Of(md5.slice(0, 32));
    const isWhole =
      sha256 === undefined
        ? (await md5OfObject(file, legacy)).includes(md5.slice(0, 32))
        : await isContent(file, md5, sha256);
    objects++;
    bytes += size;
    if (!isWhole) corrupt.push({ md5, file, legacy, neededBy: needed.get(md5) ?? [] });
    onProgress?.('checking', objects);
  }
  return { objects, bytes, corrupt };
}

/** Whether a file has both hashes; what has the MD5 alone is a forgery. */
async function isContent(file: string, md5: string, sha256: string): Promise<boolean> {
  const hashes = await hashFile(file);
  return hashes.md5 === md5.slice(0, 32) && hashes.sha256 === sha256;
}

/** Takes a corrupt object out of the cache, so that it is fetched anew. @throws AssayError `ASSAY_OBJECTS_READ_ONLY` */
export function discard({ file }: CorruptObject): void {
  rmSync(file, { force: true });
  if (statSync(file, { throwIfNoEntry: false })) {
    throw new AssayError('ASSAY_OBJECTS_READ_ONLY', `${file} cannot be removed`, { hint: 'Check the permissions.' });
  }
}
