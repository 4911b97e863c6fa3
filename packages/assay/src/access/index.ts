export { getPath } from './get.ts';
export type { Given } from './given-settings.ts';
export { type Imported, importPath } from './import.ts';
export { importUpdates } from './import-status.ts';
export { fetchAll } from './imported.ts';
export { diskUsage, type ListedEntry, type ListedTree, listRepository, listTree } from './list.ts';
export { storageUrl } from './storage-url.ts';
export { updateImports } from './update.ts';
export type { Visit } from './visit.ts';
