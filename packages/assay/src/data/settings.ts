import { chmodSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { type ConfigChange, type ConfigLevel, configFile, editConfig, type Repository } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';

/** Changes a config file of DVC; comments and everything else in it stay. @throws AssayError `ASSAY_DVC_CONFIG` */
export function changeSettings(
  repository: Repository,
  level: ConfigLevel,
  changes: readonly ConfigChange[],
  environment: NodeJS.ProcessEnv,
): void {
  const file = configFile(repository.folder, level, environment);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  let text = before;
  for (const change of changes) text = editConfig(text, change, file);
  if (text === before) return;
  const mode = existsSync(file) ? lstatSync(file).mode & 0o777 : 0o644;
  replaceFile(file, text, { mode });
  chmodSync(file, mode);
}

/**
 * A remote's address as the config of a level is to have it: a path relative to the config's own folder, so that the repository
 * can be moved.
 */
export function configuredUrl(
  repository: Repository,
  level: ConfigLevel,
  url: string,
  directory: string,
  environment: NodeJS.ProcessEnv,
): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) || isAbsolute(url)) return url;
  const folder = dirname(configFile(repository.folder, level, environment));
  return relative(folder, resolve(directory, url)).split(sep).join('/');
}

/** @throws AssayError `ASSAY_DVC_NO_REMOTE` */
export function checkRemote(repository: Repository, name: string): void {
  if (repository.config.remotes().includes(name)) return;
  throw new AssayError('ASSAY_DVC_NO_REMOTE', `there is no remote ${name}`, { hint: 'See `assay remote list`.' });
}
