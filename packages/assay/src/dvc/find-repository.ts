import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { gitWorktree, IgnoreRules } from '../workspace/index.ts';
import { Config } from './config.ts';
import type { Repository } from './repository.ts';

/**
 * The DVC repository that a folder belongs to: the nearest `.dvc` folder, from the folder upwards.
 * @throws AssayError `ASSAY_DVC_NOT_A_REPOSITORY`, `ASSAY_DVC_CONFIG`
 */
export function findRepository(directory: string, environment: NodeJS.ProcessEnv = process.env): Repository {
  const start = existsSync(directory) ? realpathSync(directory) : resolve(directory);
  for (let root = start; ; root = dirname(root)) {
    const folder = join(root, '.dvc');
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return openRepository(root, environment);
    if (dirname(root) === root) break;
  }
  throw new AssayError('ASSAY_DVC_NOT_A_REPOSITORY', `neither ${start} nor a folder above it has a .dvc folder`, {
    hint: 'Run `assay init` in the project folder, or name it: `assay -C DIR …`.',
  });
}

/** The repository in this very folder, which has `.dvc`. @throws AssayError `ASSAY_DVC_CONFIG` */
export function openRepository(root: string, environment: NodeJS.ProcessEnv): Repository {
  const folder = join(root, '.dvc');
  const config = Config.read(folder, environment);
  const named = config.origin('cache', 'dir');
  const noGit = config.flag('core', 'no_scm') === true;
  return {
    root,
    folder,
    temporary: join(folder, 'tmp'),
    gitTop: noGit ? undefined : gitWorktree(root)?.top,
    config,
    cache: named
      ? isAbsolute(named.value)
        ? named.value
        : resolve(dirname(named.file), named.value)
      : join(folder, 'cache'),
    ignore: new IgnoreRules(root, ['.dvcignore']),
  };
}
