import { chmodSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import {
  type ConfigChange,
  type ConfigLevel,
  configFile,
  editConfig,
  isPathOption,
  knownOptions,
  mayBe,
  optionsOfRemote,
  type Repository,
} from '../dvc/index.ts';
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
  for (const change of changes) checkChange(repository, change, changes);
  const mode = existsSync(file) ? lstatSync(file).mode & 0o777 : 0o644;
  replaceFile(file, text, { mode });
  chmodSync(file, mode);
}

function ownOptions(section: string): readonly string[] | undefined {
  return Object.hasOwn(knownOptions, section) ? knownOptions[section] : undefined;
}

/** What DVC would not read is not written. @throws AssayError `ASSAY_DVC_CONFIG` */
function checkChange({ config }: Repository, change: ConfigChange, changes: readonly ConfigChange[]): void {
  const { section, option, value } = change;
  if (option === undefined || value === undefined) return;
  const remote = /^remote "(.*)"$/.exec(section)?.[1];
  const url = changes.find((one) => one.section === section && one.option === 'url')?.value;
  const address = remote === undefined ? '' : (url ?? config.remote(remote)?.url ?? '');
  const known = remote === undefined ? ownOptions(section) : optionsOfRemote(address);
  const name = `${remote === undefined ? section : `remote.${remote}`}.${option}`;
  const fail = (message: string) => {
    throw new AssayError('ASSAY_DVC_CONFIG', message, { hint: 'See `assay config --list` for settings as they are.' });
  };
  if (remote === undefined && known === undefined && section !== 'feature' && !section.startsWith('db '))
    fail(`there is no section ${section}`);
  if (known?.includes(option) === false) fail(`there is no setting ${name}, or not for a remote of this kind`);
  if (!mayBe(section, option, value, address)) fail(`${name} may not be ${JSON.stringify(value)}`);
}

/** A path that a person typed, as the config of a level is to have it; other values as they are. */
export function configuredValue(
  repository: Repository,
  level: ConfigLevel,
  { section, option, value }: { readonly section: string; readonly option: string; readonly value: string },
  directory: string,
  environment: NodeJS.ProcessEnv,
): string {
  const isPath =
    `${section}.${option}` === 'cache.dir' || (section.startsWith('remote "') && isPathOption(option, value));
  return isPath ? configuredUrl(repository, level, value, directory, environment) : value;
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
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) || isAbsolute(url) || /^~(?:\/|$)/.test(url)) return url;
  const folder = dirname(configFile(repository.folder, level, environment));
  return relative(folder, resolve(directory, url)).split(sep).join('/');
}

/** @throws AssayError `ASSAY_DVC_NO_REMOTE` */
export function checkRemote(repository: Repository, name: string): void {
  if (repository.config.remotes().includes(name)) return;
  throw new AssayError('ASSAY_DVC_NO_REMOTE', `there is no remote ${name}`, { hint: 'See `assay remote list`.' });
}
