import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { knownOptions } from './config-schema.ts';
import { decodeText, mergeConflict } from './text.ts';

export type ConfigLevel = 'system' | 'global' | 'repo' | 'local';
const levels: readonly ConfigLevel[] = ['system', 'global', 'repo', 'local'];

/** Options by section; a remote's section is `remote "NAME"`. */
type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface LevelFile {
  readonly file: string;
  readonly sections: Sections;
}

/** The text of a config file that need not lie in a checkout. */
export interface ConfigText {
  /** For messages, and what relative paths in it are relative to the folder of. */
  readonly file: string;
  readonly text: string;
}

/** DVC's settings, the files of all levels together: what is nearer to the repository counts. */
export class Config {
  readonly #byLevel: ReadonlyMap<ConfigLevel, LevelFile>;

  private constructor(byLevel: ReadonlyMap<ConfigLevel, LevelFile>) {
    this.#byLevel = byLevel;
  }

  /**
   * @param folder `.dvc`
   * @throws AssayError `ASSAY_DVC_CONFIG` with file and line
   */
  static read(folder: string, environment: NodeJS.ProcessEnv): Config {
    const byLevel = new Map<ConfigLevel, LevelFile>();
    for (const level of levels) {
      const file = configFile(folder, level, environment);
      byLevel.set(level, { file, sections: parseIni(readIfThere(file, level), file) });
    }
    return new Config(byLevel);
  }

  /**
   * With a repository's own settings as a commit of it has them. Whoever wrote them is not the person at this machine: options that
   * name files here, keys and credentials among them, are left out.
   */
  withRepository({ file, text }: ConfigText): Config {
    const sections = [...parseIni(text, file)].map(([section, options]) => {
      const rest = [...options].filter(([option]) => option === 'url' || !isPathOption(option, ''));
      return [section, new Map(rest)] as const;
    });
    return this.#with([
      ['repo', { file, sections: new Map(sections) }],
      ['local', { file, sections: new Map() }],
    ]);
  }

  /** With settings that count before those of all files; paths in them are relative to the folder of theirs. */
  withOverride({ file, text }: ConfigText): Config {
    const local = this.#byLevel.get('local')!;
    const merged = new Map(local.sections);
    for (const [section, options] of parseIni(text, file)) {
      const absolute = [...options].map(([option, value]) => {
        const isPath = section.startsWith('remote "') && isPathOption(option, value);
        return [option, isPath ? resolvePath(value, dirname(file)) : value] as const;
      });
      merged.set(section, new Map([...(merged.get(section) ?? []), ...absolute]));
    }
    return this.#with([['local', { file: local.file, sections: merged }]]);
  }

  #with(changed: readonly (readonly [ConfigLevel, LevelFile])[]): Config {
    return new Config(new Map([...this.#byLevel, ...changed]));
  }

  get(section: string, option: string): string | undefined {
    return this.origin(section, option)?.value;
  }

  /** The value with the level and the file that set it. */
  origin(section: string, option: string) {
    for (const level of [...levels].reverse()) {
      const { file, sections } = this.#byLevel.get(level)!;
      const value = sections.get(section)?.get(option);
      if (value !== undefined) return { value, level, file };
    }
    return undefined;
  }

  /** True and false as DVC reads them. @throws AssayError `ASSAY_DVC_CONFIG` */
  flag(section: string, option: string): boolean | undefined {
    const found = this.origin(section, option);
    if (!found) return undefined;
    const word = found.value.toLowerCase();
    if (['true', 'yes', 'on', '1'].includes(word)) return true;
    if (['false', 'no', 'off', '0'].includes(word)) return false;
    throw invalid(found.file, `${section}.${option} is ${JSON.stringify(found.value)}, neither true nor false`);
  }

  /**
   * Everything that one level, or all together, set: `section.option` by value, remotes first. Paths are as written, and `shown`
   * has them absolute.
   */
  all(level?: ConfigLevel) {
    const settings: { name: string; value: string; shown: string; level: ConfigLevel; file: string }[] = [];
    for (const one of level === undefined ? levels : [level]) {
      const { file, sections } = this.#byLevel.get(one)!;
      for (const [section, options] of sections) {
        const remote = /^remote "(.*)"$/.exec(section)?.[1];
        for (const [option, value] of options) {
          settings.push({
            name: `${remote === undefined ? section : `remote.${remote}`}.${option}`,
            value,
            shown: shownValue(remote === undefined ? `${section}.${option}` : option, value, file),
            level: one,
            file,
          });
        }
      }
    }
    const rank = (one: { readonly name: string }) => (one.name.startsWith('remote.') ? 0 : 1);
    return settings.sort((a, b) => rank(a) - rank(b));
  }

  remotes(): readonly string[] {
    const names = new Set<string>();
    for (const level of levels) {
      for (const section of this.#byLevel.get(level)!.sections.keys()) {
        const name = /^remote "(.*)"$/.exec(section)?.[1];
        if (name !== undefined) names.add(name);
      }
    }
    return [...names];
  }

  defaultRemote(): string | undefined {
    return this.get('core', 'remote');
  }

  /**
   * The settings of a remote, of all levels together. A path in `url`, or in an option that names a file, is relative to the
   * folder of the file that set it, and comes absolute. `remote://NAME/path` is put together from the remote it names.
   */
  remote(name: string): Readonly<Record<string, string>> | undefined {
    return this.#remote(name, 0);
  }

  #remote(name: string, depth: number): Readonly<Record<string, string>> | undefined {
    const settings: Record<string, string> = {};
    let found = false;
    for (const level of levels) {
      const { file, sections } = this.#byLevel.get(level)!;
      const section = sections.get(`remote "${name}"`);
      if (!section) continue;
      found = true;
      for (const [option, value] of section) {
        settings[option] = isPathOption(option, value) ? resolvePath(value, dirname(file)) : value;
      }
    }
    if (!found) return undefined;
    const other = /^remote:\/\/([^/]+)(\/.*)?$/.exec(settings.url ?? '');
    if (!other) return settings;
    const base = depth < 8 ? this.#remote(other[1]!, depth + 1) : undefined;
    if (!base?.url) {
      throw new AssayError('ASSAY_DVC_CONFIG', `the remote ${name} builds on ${other[1]}, which there is not`, {
        hint: 'See `assay remote list`.',
      });
    }
    const { url: _url, ...own } = settings;
    return { ...base, ...own, url: `${base.url.replace(/\/$/, '')}${other[2] ?? ''}` };
  }

  linkTypes(): readonly ('reflink' | 'hardlink' | 'symlink' | 'copy')[] {
    const found = this.origin('cache', 'type');
    if (!found) return ['reflink', 'copy'];
    return words(found.value).map((word) => {
      if (word === 'reflink' || word === 'hardlink' || word === 'symlink' || word === 'copy') return word;
      throw invalid(found.file, `cache.type has ${JSON.stringify(word)}; it may be reflink, hardlink, symlink or copy`);
    });
  }
}

/** The file that holds the settings of a level. */
export function configFile(folder: string, level: ConfigLevel, environment: NodeJS.ProcessEnv): string {
  if (level === 'repo') return join(folder, 'config');
  if (level === 'local') return join(folder, 'config.local');
  const home = environment.HOME ?? homedir();
  if (level === 'global') {
    const named = environment.DVC_GLOBAL_CONFIG_DIR;
    if (named) return join(named, 'config');
    if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'dvc', 'config');
    return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'dvc', 'config');
  }
  const named = environment.DVC_SYSTEM_CONFIG_DIR;
  if (named) return join(named, 'config');
  if (process.platform === 'darwin') return '/Library/Application Support/dvc/config';
  // The first folder of the list alone, as the library that DVC asks has it.
  return join((environment.XDG_CONFIG_DIRS || '/etc/xdg').split(':')[0]!, 'dvc', 'config');
}

/** A list, as ConfigObj has it: words between commas. */
export function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => unquote(word.trim()))
    .filter((word) => word !== '');
}

/** What changes in a config file: a value for an option, or undefined to remove it; without an option, the section. */
export interface ConfigChange {
  readonly section: string;
  readonly option?: string;
  readonly value?: string;
}

/**
 * The text of a config file after a change; comments and everything else stay.
 * @throws AssayError `ASSAY_DVC_CONFIG` when what should be removed is not there
 */
export function editConfig(text: string, { section, option, value }: ConfigChange, file: string): string {
  for (const word of [section, option ?? '', value ?? '']) checkWord(word);
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const header = lines.findIndex((line) => sectionOf(line) === section);
  const missing = () => invalid(file, `there is no ${option === undefined ? section : `${section}.${option}`}`);
  if (header < 0) {
    if (value === undefined || option === undefined) throw missing();
    const added = [formatSection(section), `    ${option} = ${quoteValue(value)}`];
    return joined(lines.toSpliced(placeFor(section, lines), 0, ...added));
  }
  let end = header + 1;
  while (end < lines.length && sectionOf(lines[end]!) === undefined) end++;
  if (option === undefined) return joined([...lines.slice(0, header), ...lines.slice(end)]);
  const at = lines.findIndex((line, i) => i > header && i < end && optionOf(line)?.name === option);
  if (value === undefined) {
    if (at < 0) throw missing();
    const rest = [...lines.slice(0, at), ...lines.slice(at + 1)];
    const empty = lines.slice(header + 1, end).filter((line) => line.trim() !== '').length === 1;
    return joined(empty ? [...rest.slice(0, header), ...rest.slice(header + 1)] : rest);
  }
  const line = `    ${option} = ${quoteValue(value)}`;
  if (at >= 0) lines[at] = line;
  else {
    let last = end;
    while (last > header + 1 && lines[last - 1]!.trim() === '') last--;
    lines.splice(last, 0, line);
  }
  return joined(lines);
}

/** What would end the line, or the section's name, would be read back as something else. */
function checkWord(word: string): void {
  const name = /^(?:remote|db) "(.*)"$/s.exec(word)?.[1] ?? '';
  const mixed = quoteValue(word) !== word && word.includes('"') && word.includes("'");
  if (!/[\0\r\n]/.test(word) && !/["'[\]]/.test(name) && !mixed) return;
  throw new AssayError('ASSAY_CLI_VALUE', `${JSON.stringify(name || word)} cannot stand in a config file`, {
    hint: 'Leave out line ends, and quotes and brackets in names.',
  });
}

/** Where DVC has a new section: plain ones before those that have names. */
function placeFor(section: string, lines: readonly string[]): number {
  const isNamed = (name: string | undefined) => name?.includes('"') === true;
  let at = isNamed(section) ? -1 : lines.findIndex((line) => isNamed(sectionOf(line)));
  if (at < 0) return lines.length;
  // Remarks above a section are about it.
  while (at > 0 && /^\s*#/.test(lines[at - 1]!)) at--;
  return at;
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** The header of a section; ConfigObj puts one with quotes inside into quotes. */
function formatSection(section: string): string {
  return section.includes('"') ? `['${section}']` : `[${section}]`;
}

function parseIni(text: string, file: string): Sections {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let name = '';
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const header = sectionOf(line);
    if (header !== undefined) {
      name = header;
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      if (
        !name.startsWith('remote "') &&
        !name.startsWith('db "') &&
        name !== 'feature' &&
        !Object.hasOwn(knownOptions, name)
      ) {
        throw invalid(`${file}:${i + 1}`, `there is no section ${JSON.stringify(name)}`);
      }
      continue;
    }
    const option = optionOf(line);
    if (!option || !section)
      throw mergeConflict(text, file) ?? invalid(`${file}:${i + 1}`, 'this is neither a section nor `option = value`');
    const known = Object.hasOwn(knownOptions, name) ? knownOptions[name] : undefined;
    if (known && !known.includes(option.name)) {
      throw invalid(`${file}:${i + 1}`, `there is no option ${name}.${option.name}`);
    }
    section.set(option.name, option.value);
  }
  return sections;
}

function sectionOf(line: string): string | undefined {
  const inner = /^\s*\[\s*(.*?)\s*\]\s*(?:#.*)?$/.exec(line)?.[1];
  if (inner === undefined) return undefined;
  const plain = unquote(inner);
  const named = /^(remote|db)\s+"?(.*?)"?$/.exec(plain);
  return named ? `${named[1]} "${named[2]}"` : plain.toLowerCase();
}

function optionOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const match = /^\s*([A-Za-z0-9_.-]+)\s*=\s*(.*)$/.exec(line);
  if (!match) return undefined;
  const text = match[2]!.trim();
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(text);
  return { name: match[1]!.toLowerCase(), value: quoted ? quoted[2]! : text.replace(/\s+#.*$/, '') };
}

function unquote(text: string): string {
  return /^(["']).*\1$/.test(text) && text.length >= 2 ? text.slice(1, -1) : text;
}

function quoteValue(value: string): string {
  if (value === '') return '""';
  if (!/^[\s"']|[\s"']$|[#,\n]/.test(value)) return value;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

/** Options of remotes that name a file or folder. */
export function isPathOption(option: string, value: string): boolean {
  if (option === 'url') return !/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value);
  return [
    'keyfile',
    'cert_path',
    'key_path',
    'credentialpath',
    'configpath',
    'gdrive_service_account_json_file_path',
    'gdrive_user_credentials_file',
  ].includes(option);
}

function shownValue(option: string, value: string, file: string): string {
  const isPath = option === 'cache.dir' || isPathOption(option, value);
  return isPath ? resolvePath(value, dirname(file)) : value;
}

function resolvePath(path: string, folder: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(folder, path);
}

/** What others set for everybody need not be readable. */
function readIfThere(file: string, level: ConfigLevel): string {
  try {
    return existsSync(file) ? decodeText(readFileSync(file), file) : '';
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EISDIR') && level !== 'repo' && level !== 'local') return '';
    throw error;
  }
}

function invalid(place: string, message: string): AssayError {
  return new AssayError('ASSAY_DVC_CONFIG', `${place}: ${message}`, {
    hint: 'See `assay config --list --show-origin`.',
  });
}
