export { checkout } from './checkout.ts';
export {
  type Content,
  type DirectoryFile,
  formatManifest,
  hashPath,
  type LinkedFolders,
  parseManifest,
} from './directory.ts';
export { FileObjectStore, openObjectStore } from './file-store.ts';
export { hashBytes } from './hashing.ts';
export { dvcLayout } from './layout.ts';
export { ObjectIndex } from './object-index.ts';
export type { Hashes, ObjectStore } from './object-store.ts';
export { addPath, readDirectory, storePath } from './store-path.ts';
