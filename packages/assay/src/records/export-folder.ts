import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { syncPaths } from '../objects/index.ts';
import type { ExportPlace } from './export.ts';

/** A folder as the place of an export; made when it is not there. */
export function exportFolder(folder: string): ExportPlace {
  const written = new Set<string>();
  return {
    name: folder,
    parallel: 1,
    async checkpoint() {
      const file = join(folder, 'checkpoint');
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    async writeTile(path, bytes) {
      replaceFile(join(folder, path), bytes, { sync: false });
      written.add(path);
    },
    async settle() {
      const paths = [...written];
      await syncPaths([...paths, ...new Set(paths.flatMap(foldersOf))], folder);
      written.clear();
    },
    async replaceCheckpoint(note) {
      replaceFile(join(folder, 'checkpoint'), note);
    },
    async removeParts(path) {
      rmSync(join(folder, `${path}.p`), { recursive: true, force: true });
    },
  };
}

/** The folders that a path lies in. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, i) => (i === 0 ? '.' : parts.slice(0, i).join('/')));
}
