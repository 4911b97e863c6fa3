import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, editConfig, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';

/** Settings that count for another repository before its own: `--config`, `--remote`, `--remote-config`. */
export interface Given {
  /** A config file, or, as a `.dvc` file has them, its sections. */
  readonly config?: Value;
  readonly remote?: string;
  /** Options of the remote. */
  readonly remoteConfig?: Readonly<Record<string, string>>;
}

/**
 * @param directory what a config file, and paths in options, are relative to
 * @throws AssayError `ASSAY_DVC_CONFIG`
 */
export function withGiven(config: Config, given: Given, directory: string): Config {
  let result = config;
  const place = join(directory, 'given');
  if (typeof given.config === 'string') {
    const file = resolve(directory, given.config);
    result = result.withOverride({ file, text: readConfig(file) });
  } else if (given.config !== undefined) result = result.withOverride({ file: place, text: configText(given.config) });
  const changes: { section: string; option: string; value: string }[] = [];
  if (given.remote !== undefined) changes.push({ section: 'core', option: 'remote', value: given.remote });
  const name = given.remote ?? result.defaultRemote();
  for (const [option, value] of Object.entries(given.remoteConfig ?? {})) {
    if (name === undefined) {
      throw new AssayError(
        'ASSAY_DVC_NO_REMOTE',
        'options of a remote were given, but no remote is the default there',
        {
          hint: 'Name one with --remote.',
        },
      );
    }
    changes.push({ section: `remote "${name}"`, option: option.toLowerCase(), value });
  }
  const text = changes.reduce((so, change) => editConfig(so, change, place), '');
  return text === '' ? result : result.withOverride({ file: place, text });
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AssayError('ASSAY_DVC_CONFIG', `${file} cannot be read`, { hint: 'Check the name.', cause: error });
  }
}

/** Sections as a map, remotes by their names in one more level. */
function configText(config: Value): string {
  let text = '';
  const add = (section: string, options: Value) => {
    for (const [option, value] of fields(options)) {
      text = editConfig(text, { section, option: option.toLowerCase(), value: String(value) }, 'config');
    }
  };
  for (const [section, options] of fields(config)) {
    if (section === 'remote') for (const [name, own] of fields(options)) add(`remote "${name}"`, own);
    else add(section, options);
  }
  return text;
}

function fields(value: Value): readonly (readonly [string, Value])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
