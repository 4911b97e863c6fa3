import { type Repository, runGit } from '../dvc/index.ts';
import type { Output } from './output.ts';

/** Files that should go to git are given to it when `core.autostage` says so, and named to the person else. */
export async function tellGit(repository: Repository, files: readonly string[], output: Output): Promise<void> {
  const changed = [...new Set(files)];
  if (repository.gitTop === undefined || changed.length === 0) return;
  if (repository.config.flag('core', 'autostage') === true) {
    await runGit(repository.gitTop, ['add', '--', ...changed]);
    return;
  }
  const shown = changed.map((file) => file.slice(repository.root.length + 1));
  output.print(`To keep it in git: git add ${shown.join(' ')}`);
}
