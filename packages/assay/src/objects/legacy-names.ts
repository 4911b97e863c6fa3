import { existsSync, linkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from '../errno.ts';
import { makeFolder } from './cache-batch.ts';
import type { DvcCache } from './dvc-cache.ts';
import { md5OfFile } from './hashing.ts';

/** Gives an object of DVC 2 its name in the layout of DVC 3 as well. @returns whether it had none */
export async function renameLegacy(cache: DvcCache, legacyMd5: string): Promise<boolean> {
  const from = cache.pathOf(legacyMd5, true);
  const md5 = `${await md5OfFile(from)}${legacyMd5.endsWith('.dir') ? '.dir' : ''}`;
  const to = cache.pathOf(md5);
  if (existsSync(to)) return false;
  makeFolder(dirname(to), cache.shared);
  try {
    linkSync(from, to);
    cache.changed();
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EXDEV')) throw error;
    const batch = cache.receiving();
    try {
      await copyFile(from, batch.temporaryPath(md5));
      await batch.received(md5, from);
      await batch.commit();
    } finally {
      await batch.end();
    }
  }
  return true;
}
