import { type DirectoryFile, formatManifest, hashBytes, hashFile } from '../objects/index.ts';
import type { Workplace } from './workplace.ts';

/**
 * The SHA-256 of what the cache has under an MD5: of a file, or, for a `.dir`, of the manifest of the folder. Every byte is read.
 * @returns undefined when it is not, or not wholly, there
 */
export async function sha256InCache({ cache, signal }: Workplace, md5: string): Promise<string | undefined> {
  if (!cache.has(md5)) return undefined;
  if (!md5.endsWith('.dir')) return (await hashFile(cache.pathOf(md5))).sha256;
  const files: DirectoryFile[] = [];
  for (const { path, md5: file } of cache.directory(md5)) {
    signal.throwIfAborted();
    if (!cache.has(file)) return undefined;
    files.push({ ...(await hashFile(cache.pathOf(file))), path });
  }
  return hashBytes(formatManifest(files)).sha256;
}
