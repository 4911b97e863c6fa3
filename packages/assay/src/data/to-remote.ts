import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { DvcCache, type Found } from '../objects/index.ts';
import { pushObjects } from './push.ts';
import type { Workplace } from './workplace.ts';

/**
 * Puts a file or folder into a remote; it passes through a folder that is gone afterwards, the cache stays as it is.
 * @throws AssayError `ASSAY_PATH_MISSING`, `ASSAY_DVC_NO_REMOTE`, and those of remotes
 */
export async function storeInRemote(
  workplace: Workplace,
  path: string,
  options: { readonly remote?: string; readonly jobs?: number },
): Promise<Found> {
  const name = options.remote ?? workplace.repository.config.defaultRemote();
  if (name === undefined) {
    throw new AssayError('ASSAY_DVC_NO_REMOTE', 'no remote is named, and none is the default', {
      hint: 'Add one: assay remote add -d NAME URL',
    });
  }
  const folder = join(workplace.repository.temporary, `to-remote-${process.pid}`);
  const cache = new DvcCache({
    root: join(folder, 'cache'),
    temporary: join(folder, 'tmp'),
    snapshots: join(folder, 'tmp'),
    links: ['copy'],
    shared: false,
  });
  try {
    const found = await cache.add(path, { signal: workplace.signal });
    const object = { md5: found.md5, legacy: false, remote: undefined, only: undefined, location: path };
    await pushObjects({ ...workplace, cache }, [object], { ...options, remote: name });
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
