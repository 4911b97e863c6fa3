import { existsSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readIndex, workspaceTree } from '../dvc/index.ts';
import { unprotect } from './unprotect.ts';
import type { Workplace } from './workplace.ts';

/** Takes DVC out of a repository: tracking files, settings and the cache in `.dvc`. The data in the workspace stays. */
export async function destroy(workplace: Workplace): Promise<readonly string[]> {
  const { root, folder } = workplace.repository;
  const { stages } = await readIndex(workplace.repository, workspaceTree(workplace.repository));
  const files = new Set<string>();
  for (const stage of stages) {
    // What hangs on the cache by a link would be gone with it.
    for (const out of stage.outs) if (out.cache) unprotect(workplace, { stage, out });
    files.add(stage.file);
    if (stage.name !== undefined) files.add(posix.join(posix.dirname(stage.file), 'dvc.lock'));
  }
  files.add('.dvcignore');
  const removed = [...files].filter((file) => existsSync(join(root, file)));
  for (const file of removed) rmSync(join(root, file));
  rmSync(folder, { recursive: true, force: true });
  return [...removed, '.dvc'];
}
