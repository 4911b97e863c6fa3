import { join } from 'node:path';
import type { LookElsewhere, Workplace } from '../data/index.ts';
import { urlState } from './import-url.ts';
import { openImported } from './imported.ts';

/** Looks whether the repositories that data was imported from have moved on; each is asked once. */
export function importUpdates(workplace: Workplace): LookElsewhere {
  const newest = new Map<string, Promise<string | undefined>>();
  return async (stage, dep) => {
    const { repo } = dep;
    if (!repo) {
      if (!dep.location.includes('://')) return undefined;
      const state = await urlState(workplace, dep, join(workplace.repository.root, stage.wdir));
      return state && { name: dep.path, state };
    }
    const key = `${repo.url}\0${repo.rev ?? ''}\0${stage.file.slice(0, stage.file.lastIndexOf('/') + 1)}`;
    const asked =
      newest.get(key) ??
      openImported(stage, repo, workplace.repository.root, workplace, repo.rev ?? '').then(async (source) => {
        await source.close();
        return source.commit;
      });
    newest.set(key, asked);
    const commit = await asked;
    if (repo.revLock === undefined || commit === repo.revLock) return undefined;
    return { name: `${dep.path} (${repo.url})`, state: 'update available' };
  };
}
