import type { ListedObject, RemoteKey } from './remote.ts';
import { sideBySide } from './side-by-side.ts';
import { isTemporary } from './transferred-file.ts';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
}

/** The files below a folder whose paths begin with a prefix; the folders of a level are read side by side. */
export async function* walkFolders(
  prefix: string,
  parallel: number,
  read: (folder: string) => Promise<readonly FolderEntry[]>,
): AsyncGenerator<ListedObject> {
  let level: readonly RemoteKey[] = [prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))];
  while (level.length > 0) {
    const below: RemoteKey[] = [];
    const found: ListedObject[] = [];
    await sideBySide(level, parallel, async (folder) => {
      for (const { name, kind, size } of await read(folder)) {
        const key = folder === '' ? name : `${folder}/${name}`;
        if (!key.startsWith(prefix) && !prefix.startsWith(`${key}/`)) continue;
        if (kind === 'folder') below.push(key);
        else if (kind === 'file' && !isTemporary(key)) found.push({ key, size });
      }
    });
    yield* found;
    level = below;
  }
}
