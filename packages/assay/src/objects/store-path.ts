import {
  type Content,
  contentOf,
  formatDvcDirectory,
  formatManifest,
  parseDvcDirectory,
  parseManifest,
} from './directory.ts';
import type { FileBatch, FileObjectStore } from './file-store.ts';

/** Stores a file, or a directory with all its files and its list, and answers with what it holds. Durable when it resolves. */
export async function storePath(store: FileObjectStore, path: string): Promise<Content> {
  return store.batch((batch) => addPath(store, batch, path));
}

/** Like `storePath`, as a part of a batch. */
export async function addPath(store: FileObjectStore, batch: FileBatch, path: string): Promise<Content> {
  const content = await contentOf(path, (file) => batch.putFile(file));
  if (content.type === 'directory') {
    if (store.algorithm === 'md5') await batch.putDvcDirectory(formatDvcDirectory(content.files));
    else await batch.put(formatManifest(content.files));
  }
  return content;
}

/**
 * The files of a stored directory, with their names in the same store.
 * @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`, `ASSAY_DIRECTORY_MANIFEST`, `ASSAY_PATH_ESCAPES`
 */
export async function readDirectory(
  store: FileObjectStore,
  hash: string,
): Promise<readonly { readonly path: string; readonly hash: string }[]> {
  const bytes = await store.read(hash);
  return store.algorithm === 'md5'
    ? parseDvcDirectory(bytes).map(({ path, md5 }) => ({ path, hash: md5 }))
    : parseManifest(bytes).map(({ path, sha256 }) => ({ path, hash: sha256 }));
}
