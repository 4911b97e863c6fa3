export { type CheckoutOptions, checkout, type LinkType } from './checkout.ts';
export {
  type Content,
  type DirectoryFile,
  directoryContent,
  formatDvcDirectory,
  formatManifest,
  hashPath,
  parseDvcDirectory,
  parseManifest,
} from './directory.ts';
export { type FileBatch, FileObjectStore, openObjectStore } from './file-store.ts';
export { hashBytes, hashFile, hashStream, RunningHashes } from './hashing.ts';
export { dvcLayout, type Layout, sha256Layout } from './layout.ts';
export { ObjectIndex } from './object-index.ts';
export type { Hashes, ObjectBatch, ObjectStore } from './object-store.ts';
export { addPath, readDirectory, storePath } from './store-path.ts';
