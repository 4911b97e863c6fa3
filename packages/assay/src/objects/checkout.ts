import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { storageError } from './errors.ts';
import type { FileObjectStore } from './file-store.ts';
import { readDirectory } from './store-path.ts';

/** How a file in the workspace gets the bytes of an object. Hard links and symbolic links are read-only, being the object. */
export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy';

export interface CheckoutOptions {
  /** Tried in order; DVC's default is the same. */
  readonly links?: readonly LinkType[];
}

const DEFAULT_LINKS: readonly LinkType[] = ['reflink', 'copy'];

/**
 * Puts a stored file or directory at a path, in place of what is there. Each object is checked before it is linked. The path
 * changes at once: it never shows a part, and stays as it was when anything fails.
 *
 * @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`, `ASSAY_PATH_ESCAPES`, `ASSAY_LINK_UNSUPPORTED`,
 * `ASSAY_DISK_FULL`
 */
export async function checkout(
  store: FileObjectStore,
  content: { readonly type: 'file' | 'directory'; readonly hash: string },
  target: string,
  options: CheckoutOptions = {},
): Promise<void> {
  const links = options.links ?? DEFAULT_LINKS;
  const path = resolve(target);
  const suffix = randomBytes(6).toString('hex');
  const staging = join(dirname(path), `.${basename(path)}.${suffix}.new`);
  try {
    await mkdir(dirname(path), { recursive: true });
    if (content.type === 'file') {
      await place(store, content.hash, staging, links);
    } else {
      const files = await readDirectory(store, content.hash);
      await mkdir(staging);
      for (const folder of new Set(files.map((file) => dirname(file.path))))
        await mkdir(join(staging, folder), { recursive: true });
      for (const file of files) await place(store, file.hash, join(staging, file.path), links);
    }
    await exchange(staging, path, join(dirname(path), `.${basename(path)}.${suffix}.old`));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw storageError(error, dirname(path));
  }
}

/** Renames `staging` to `path`; what was there goes away. */
async function exchange(staging: string, path: string, aside: string): Promise<void> {
  const [now, next] = [await lstat(path).catch(() => undefined), await lstat(staging)];
  if (now === undefined || !(now.isDirectory() || next.isDirectory())) return rename(staging, path);
  await rename(path, aside);
  try {
    await rename(staging, path);
  } catch (error) {
    await rename(aside, path);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

async function place(store: FileObjectStore, hash: string, path: string, links: readonly LinkType[]): Promise<void> {
  const { size } = await store.check(hash);
  const object = store.pathOf(hash);
  for (const type of links) {
    // Linking all empty files to one inode saves nothing, and DVC does not either.
    if (await tryLink(type === 'hardlink' && size === 0 ? 'copy' : type, object, path)) return;
  }
  throw new AssayError(
    'ASSAY_LINK_UNSUPPORTED',
    `the file system can make no ${links.join(' or ')} of ${object} at ${path}`,
    {
      hint: 'Allow another kind of link; `copy` always works.',
    },
  );
}

/** False when the file system, or its being another one, does not allow this kind. */
async function tryLink(type: LinkType, object: string, path: string): Promise<boolean> {
  try {
    switch (type) {
      case 'reflink':
        await copyFile(object, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
        await chmod(path, writableMode());
        return true;
      case 'copy':
        await copyFile(object, path, constants.COPYFILE_EXCL);
        await chmod(path, writableMode());
        return true;
      case 'hardlink':
        await link(object, path);
        return true;
      case 'symlink':
        await symlink(object, path);
        return true;
    }
  } catch (error) {
    if (
      type !== 'copy' &&
      isErrno(error, 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY', 'EPERM', 'EMLINK')
    ) {
      await rm(path, { force: true });
      return false;
    }
    throw error;
  }
}

function writableMode(): number {
  return 0o666 & ~process.umask();
}
