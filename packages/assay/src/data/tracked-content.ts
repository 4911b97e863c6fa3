import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isErrno } from '../errno.ts';
import type { IndexedRevision } from './diff.ts';
import { isLegacy, type Target } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/** A file of tracked data that can be read. */
export interface TrackedContent {
  /** Where its bytes are on this machine: in the workspace or in the cache. */
  readonly file: string;
  readonly size: number;
}

/**
 * The bytes of tracked data, or of a file in a tracked folder, as a revision has them. Nothing but tracked data is found: of the
 * workspace also nothing that a link leads out of the repository and its cache.
 * @param location relative to the root, without `.` and `..`
 * @returns undefined where there is no such file, or its bytes are not here
 */
export async function findContent(
  workplace: Workplace,
  { rev, index }: IndexedRevision,
  location: string,
): Promise<TrackedContent | undefined> {
  if (location.split('/').some((part) => part === '' || part === '.' || part === '..')) return undefined;
  const owner = ownerOf(index.byLocation, location);
  if (owner === undefined) return undefined;
  return rev === undefined ? inWorkspace(workplace, location) : inCache(workplace, owner, location);
}

function ownerOf(byLocation: ReadonlyMap<string, Target>, location: string): Target['out'] | undefined {
  for (let at = location; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const found = byLocation.get(at);
    if (found) return found.out;
  }
  return undefined;
}

async function inWorkspace({ repository }: Workplace, location: string): Promise<TrackedContent | undefined> {
  try {
    const file = await realpath(join(repository.root, location));
    const cache = await realpath(repository.cache).catch(() => repository.cache);
    if (![repository.root, cache].some((folder) => file.startsWith(folder + sep))) return undefined;
    return await regular(file);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}

async function inCache(
  { cache }: Workplace,
  out: Target['out'],
  location: string,
): Promise<TrackedContent | undefined> {
  const legacy = isLegacy(out);
  let md5 = out.checksum?.value;
  if (md5 === undefined || out.checksum?.kind === 'etag' || out.checksum?.kind === 'checksum') return undefined;
  if (md5.endsWith('.dir')) {
    if (!cache.has(md5, legacy)) return undefined;
    md5 = cache.directory(md5, legacy).find(({ path }) => `${out.location}/${path}` === location)?.md5;
  } else if (out.location !== location) return undefined;
  return md5 !== undefined && cache.has(md5, legacy) ? regular(cache.pathOf(md5, legacy)) : undefined;
}

async function regular(file: string): Promise<TrackedContent | undefined> {
  const stats = await stat(file);
  return stats.isFile() ? { file, size: stats.size } : undefined;
}
