import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { notRegular } from './errors.ts';

/** Left out of a folder; `path` is absolute. */
export type Ignores = (path: string, isDirectory: boolean) => boolean;

/**
 * Visits the files of a folder as DVC sees them: links to files are followed, links to folders and empty folders left out. Folder
 * by folder, in the file system's order.
 *
 * It asks the file system without pause: for a hundred thousand files, promises would take most of the time.
 * @param ignores undefined for what is no tracked data
 * @throws AssayError `ASSAY_PATH_NOT_UTF8`, `ASSAY_PATH_NOT_REGULAR`, `ASSAY_DVC_IGNORE_INSIDE`
 */
export function* walkFiles(
  folder: string,
  ignores: Ignores | undefined,
): Generator<{ readonly path: string; readonly stats: Stats; readonly isLink: boolean }> {
  const open = [''];
  for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
    const place = prefix === '' ? folder : join(folder, prefix);
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const { name } = entry;
      const path = prefix === '' ? name : `${prefix}/${name}`;
      if (name.includes('\ufffd')) checkName(place, name);
      const full = `${place}/${name}`;
      if (entry.isDirectory()) {
        if (!ignores?.(full, true)) open.push(path);
        continue;
      }
      if (name === '.dvcignore' && ignores !== undefined) throw ignoreInside(full);
      if (ignores?.(full, false)) continue;
      const stats = fileStats(entry, full);
      if (stats) yield { path, stats, isLink: entry.isSymbolicLink() };
    }
  }
}

/** Undefined for a link to a folder, and for a file that went away meanwhile. */
function fileStats(entry: Dirent, full: string): Stats | undefined {
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats?.isFile()) return stats;
  if (stats === undefined && !entry.isSymbolicLink()) return undefined;
  if (stats === undefined) {
    throw new AssayError('ASSAY_PATH_MISSING', `${full} is a link that leads nowhere`, {
      hint: 'Remove the link, or bring back what it names.',
    });
  }
  if (stats.isDirectory() && entry.isSymbolicLink()) return undefined;
  throw notRegular(full);
}

function checkName(folder: string, name: string): void {
  // The replacement character may be in the name itself, or stand for bytes that are no UTF-8.
  const bytes = readdirSync(folder, { encoding: 'buffer' });
  if (bytes.some((one) => one.equals(Buffer.from(name)))) return;
  throw new AssayError('ASSAY_PATH_NOT_UTF8', `${folder} has a file whose name is not UTF-8: ${JSON.stringify(name)}`, {
    hint: 'Rename the file.',
  });
}

function ignoreInside(path: string): AssayError {
  return new AssayError('ASSAY_DVC_IGNORE_INSIDE', `${path} lies inside of tracked data`, {
    hint: 'Put its lines into a .dvcignore outside of the folder; DVC refuses one inside as well.',
  });
}

/** Undefined when nothing is there. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isErrno(error, 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}
