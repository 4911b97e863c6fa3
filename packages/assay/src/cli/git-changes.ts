import { existsSync } from 'node:fs';
import { type Repository, runGit } from '../dvc/index.ts';
import type { Output } from './output.ts';

/** Files that should go to git are given to it when `core.autostage` says so, and named to the person else. */
export async function tellGit(repository: Repository, files: readonly string[], output: Output): Promise<void> {
  const changed = [...new Set(files)];
  if (repository.gitTop === undefined || changed.length === 0) return;
  if (await stageInGit(repository, changed)) return;
  const shown = changed.map((file) => file.slice(repository.root.length + 1));
  output.print(`To keep it in git: git add ${shown.join(' ')}`);
}

/** With `core.autostage` git is given what changed. @returns whether it was */
export async function stageInGit(repository: Repository, files: readonly string[]): Promise<boolean> {
  if (repository.gitTop === undefined || repository.config.flag('core', 'autostage') !== true) return false;
  const there = files.filter((file) => existsSync(file));
  if (there.length > 0) await runGit(repository.gitTop, ['add', '--', ...there]);
  return true;
}
