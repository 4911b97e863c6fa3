import { posix } from 'node:path';
import { AssayError } from '../errors.ts';

const url = /^[A-Za-z][A-Za-z0-9+.-]+:\/\//;
/** Folders that make a repository; in any case, since some file systems know no difference. */
const own = new Set(['.dvc', '.git', '.hg', '.assay']);

/**
 * Where a dependency is: relative to the root when it lies in it, else absolute, or a URL as it is. What is only read may lie
 * anywhere.
 */
export function dependencyLocation(root: string, wdir: string, path: string): string {
  if (url.test(path)) return path;
  const absolute = posix.isAbsolute(path) ? posix.normalize(path) : posix.join(root, wdir, path);
  const location = absolute.replace(/\/+$/, '');
  if (location.startsWith(`${root}/`)) return location.slice(root.length + 1);
  return location === root ? '.' : location || '/';
}

/**
 * Where an output is, as `dependencyLocation` says it.
 * @param file for messages
 * @throws AssayError `ASSAY_DVC_PATH_OUTSIDE`; `ASSAY_DVC_NOT_TRACKABLE` for the repository itself, or a part of `.dvc` or `.git`
 */
export function outputLocation(root: string, wdir: string, path: string, file: string): string {
  const location = dependencyLocation(root, wdir, path);
  if (url.test(location)) return location;
  if (posix.isAbsolute(location)) {
    if (posix.isAbsolute(path) && !`${root}/`.startsWith(location === '/' ? '/' : `${location}/`)) return location;
    throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${file}: ${path} lies outside of the repository`, {
      hint: 'An output lies inside of the repository.',
    });
  }
  if (location === '.' || isRepositoryPart(location)) {
    throw new AssayError('ASSAY_DVC_NOT_TRACKABLE', `${file}: ${path} is, or is a part of, the repository itself`, {
      hint: 'Give the output a path of its own.',
    });
  }
  return location;
}

/** True of what lies in `.dvc`, `.git` and the like. */
function isRepositoryPart(location: string): boolean {
  return location.split('/').some((part) => own.has(part.toLowerCase()));
}

/** A working folder, relative to the root. @throws AssayError `ASSAY_DVC_PATH_OUTSIDE` */
export function workingFolder(folder: string, wdir: string, file: string): string {
  const path = posix.join(folder, wdir).replace(/\/+$/, '') || '.';
  if (path !== '..' && !path.startsWith('../') && !posix.isAbsolute(wdir) && !wdir.includes('\0')) return path;
  throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${file}: its working folder ${wdir} lies outside of the repository`, {
    hint: 'Give a folder inside of the repository.',
  });
}
