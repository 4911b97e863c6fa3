export type { CacheBatch } from './cache-batch.ts';
export { checkout, type LinkType } from './checkout.ts';
export {
  type Content,
  type DirectoryFile,
  formatDvcDirectory,
  formatManifest,
  hashPath,
  type LinkedFolders,
  parseManifest,
} from './directory.ts';
export { md5OfObject } from './dos2unix.ts';
export { type DirectoryEntry, DvcCache, type Found } from './dvc-cache.ts';
export {
  type CheckoutResult,
  checkoutObject,
  type DvcCheckoutOptions,
} from './dvc-checkout.ts';
export { FileObjectStore, openObjectStore } from './file-store.ts';
export { hashBytes, hashFile } from './hashing.ts';
export { dvcLayout } from './layout.ts';
export { renameLegacy } from './legacy-names.ts';
export { ObjectIndex } from './object-index.ts';
export type { Hashes, ObjectStore } from './object-store.ts';
export { readSmallFile, writeNewFile } from './small-file.ts';
export { addPath, readDirectory, storePath } from './store-path.ts';
export { syncFolder, syncPaths } from './sync.ts';
export { walkFiles } from './workspace-walk.ts';
