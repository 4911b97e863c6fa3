import { chmodSync, constants, copyFileSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf, type Target } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/** Makes copies of files that hang on the cache by links, so that editing them cannot change it. @returns how many */
export function unprotect(workplace: Workplace, { out, only }: Target): number {
  const place = placeOf(workplace, out);
  if (place === undefined) return 0;
  const mode = workplace.cache.shared ? 0o664 : 0o666 & ~process.umask();
  return copyLinks(workplace, only === undefined ? place : join(place, only), mode);
}

function copyLinks({ cache }: Pick<Workplace, 'cache'>, path: string, mode: number): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (stats.isDirectory())
    return readdirSync(path).reduce((sum, name) => sum + copyLinks({ cache }, join(path, name), mode), 0);
  const isLinked = stats.isSymbolicLink() || stats.nlink > 1;
  // A link to a folder, or to nowhere, is none of the cache's.
  if (stats.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return 0;
  if (isLinked) {
    cache.staging.place(path, true, (temporary) => {
      copyFileSync(path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      chmodSync(temporary, mode);
    });
    return 1;
  }
  if ((stats.mode & 0o200) === 0) chmodSync(path, stats.mode | 0o200);
  return 0;
}
