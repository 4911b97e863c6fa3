import { join } from 'node:path';
import { AssayError } from '../errors.ts';

/** Where a store keeps an object, by its name. */
export interface Layout {
  readonly algorithm: 'sha256' | 'md5';
  /** The folder that holds all of it. */
  readonly root: string;
  /** For what is being written; on the same file system as `root`. */
  readonly temporary: string;
  /** @throws AssayError `ASSAY_OBJECT_NAME` when it is no hash of this store's kind. */
  pathOf(hash: string): string;
}

/** Our own store: `sha256/ab/cdef…` */
export function sha256Layout(root: string): Layout {
  return layout('sha256', root, join(root, 'sha256'), join(root, 'tmp'), /^[0-9a-f]{64}$/);
}

/**
 * DVC 3's cache and remotes: `files/md5/ab/cdef…`, directories as `files/md5/ab/cdef….dir`.
 * @param temporary on the cache's file system; DVC's own is `.dvc/tmp`
 */
export function dvcLayout(root: string, temporary: string): Layout {
  return layout('md5', root, join(root, 'files', 'md5'), temporary, /^[0-9a-f]{32}(?:\.dir)?$/);
}

function layout(algorithm: 'sha256' | 'md5', root: string, folder: string, temporary: string, name: RegExp): Layout {
  return {
    algorithm,
    root,
    temporary,
    pathOf(hash) {
      // Also what keeps a name from a file that someone else wrote inside of the store.
      if (!name.test(hash)) {
        throw new AssayError(
          'ASSAY_OBJECT_NAME',
          `${JSON.stringify(hash)} is not the name of an object (${algorithm})`,
        );
      }
      return join(folder, hash.slice(0, 2), hash.slice(2));
    },
  };
}
