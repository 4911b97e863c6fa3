import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrackedOut } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type CacheBatch, type DirectoryEntry, type Found, formatDvcDirectory } from '../objects/index.ts';
import { isLegacy } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

export type FoundDirectory = Extract<Found, { kind: 'directory' }>;

/** A part of a tracked folder, and what lies there now. */
interface Part {
  /** Relative to the root. */
  readonly location: string;
  readonly found: Found;
}

/**
 * A tracked folder in which some files or folders are as they lie there now, and all else is as it was, whether it lies there or
 * not: the folder may have been checked out in part.
 * @throws AssayError `ASSAY_DVC_MISSING_CACHE` when it is not known what else the folder holds; `ASSAY_DVC_LEGACY_PART`
 */
export async function addParts(
  workplace: Workplace,
  owner: TrackedOut,
  locations: readonly string[],
  batch: CacheBatch | undefined,
): Promise<{ readonly found: FoundDirectory; readonly parts: readonly Part[] }> {
  const { cache, repository, signal } = workplace;
  const { value: list, kind } = owner.checksum ?? {};
  if (isLegacy(owner)) {
    throw new AssayError(
      'ASSAY_DVC_LEGACY_PART',
      `${owner.location} has hashes of DVC 2, and is added as a whole only`,
      {
        hint: `Check it out, then add it: assay add ${owner.location}`,
      },
    );
  }
  if (list === undefined || kind !== 'md5' || !list.endsWith('.dir') || !cache.has(list)) {
    throw new AssayError('ASSAY_DVC_MISSING_CACHE', `it is not known what else is in ${owner.location}`, {
      hint: `Bring it here with \`assay fetch ${owner.location}\`, or add all of it as it lies there now.`,
    });
  }
  const before = cache.directory(list);
  const entries = new Map<string, DirectoryEntry>(before.map((entry) => [entry.path, entry]));
  const parts: Part[] = [];
  for (const location of locations) {
    const path = join(repository.root, location);
    const found = batch ? await cache.add(path, { signal }, batch, true) : await cache.scan(path, { signal });
    if (!found) throw new AssayError('ASSAY_PATH_MISSING', `${path} is not there`);
    const name = location.slice(owner.location.length + 1);
    for (const known of [...entries.keys()]) {
      // A file may have become a folder, and the other way round.
      if (known === name || known.startsWith(`${name}/`) || name.startsWith(`${known}/`)) entries.delete(known);
    }
    for (const entry of entriesOf(found)) {
      const inside = entry.path === '' ? name : `${name}/${entry.path}`;
      entries.set(inside, { ...entry, path: inside });
    }
    parts.push({ location, found });
  }
  const files = [...entries.values()];
  const bytes = formatDvcDirectory(files);
  const md5 = `${hash('md5', bytes, 'hex')}.dir`;
  if (batch && !cache.has(md5)) batch.putBytes(md5, bytes);
  const size = sizeOf(workplace, owner, files, before);
  const hasLinks = parts.some(({ found }) => found.hasLinks);
  return { found: { kind: 'directory', md5, size, nfiles: files.length, entries: files, hasLinks }, parts };
}

function entriesOf(found: Found): readonly DirectoryEntry[] {
  return found.kind === 'file' ? [{ path: '', md5: found.md5, size: found.size }] : found.entries;
}

/** In bytes, of all files: of those that are not here, from what the folder had. */
function sizeOf(
  workplace: Workplace,
  owner: TrackedOut,
  now: readonly DirectoryEntry[],
  before: readonly DirectoryEntry[],
): number {
  const known = ({ path, md5, size }: DirectoryEntry) => {
    if (size !== undefined) return size;
    const { cache, repository } = workplace;
    const file = cache.has(md5) ? cache.pathOf(md5) : join(repository.root, owner.location, path);
    return statSync(file, { throwIfNoEntry: false })?.size;
  };
  const sum = (list: readonly DirectoryEntry[]) =>
    list.reduce<number | undefined>((total, entry) => {
      const size = known(entry);
      return total === undefined || size === undefined ? undefined : total + size;
    }, 0);
  const all = sum(now);
  if (all !== undefined) return all;
  const same = new Set(before.map(({ path, md5 }) => `${path}\0${md5}`));
  const still = new Set(now.map(({ path, md5 }) => `${path}\0${md5}`));
  const gone = sum(before.filter(({ path, md5 }) => !still.has(`${path}\0${md5}`)));
  const come = sum(now.filter(({ path, md5 }) => !same.has(`${path}\0${md5}`)));
  if (owner.size !== undefined && gone !== undefined && come !== undefined) return owner.size - gone + come;
  throw new AssayError('ASSAY_DVC_MISSING_CACHE', `the size of ${owner.location} is not known`, {
    hint: `Bring it here with \`assay fetch ${owner.location}\`.`,
  });
}
