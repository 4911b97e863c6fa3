import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is known of a folder of programs that a person put on a stage's PATH. */
export interface Toolchain {
  /** Changes when what is installed changes. */
  readonly identity: string;
  /** Names and versions, for people. */
  readonly tools: Readonly<Record<string, string>>;
}

/**
 * Reads a toolchain by its `bin` folder, without running anything: a Python virtual environment by `pyvenv.cfg` and the
 * names of its distributions, which carry their versions; a conda environment by `conda-meta`; npm's `.bin` by the lock file
 * npm keeps beside it; any other folder by its files. Where the folder lies does not count.
 */
export function readToolchain(folder: string): Toolchain {
  const base = dirname(folder);
  const venv = readText(join(base, 'pyvenv.cfg'));
  if (venv !== undefined) {
    const version = /^version(?:_info)?\s*=\s*(\S+)/m.exec(venv)?.[1];
    return {
      identity: identityOf([...settingsOf(venv), ...distributions(base)]),
      tools: version ? { python: version } : {},
    };
  }
  const conda = list(join(base, 'conda-meta')).filter((name) => name.endsWith('.json'));
  if (conda.length > 0) {
    const python = conda.map((name) => /^python-(\d[^-]*)-/.exec(name)?.[1]).find((version) => version !== undefined);
    return { identity: identityOf(conda), tools: python ? { python } : {} };
  }
  const npm = readText(join(base, '.package-lock.json'));
  return {
    identity: identityOf(npm === undefined ? list(folder).map((name) => fileMark(folder, name)) : [npm]),
    tools: {},
  };
}

/** The lines of `pyvenv.cfg` that decide what its Python does; others say where it lies, and how it was made. */
function settingsOf(venv: string): readonly string[] {
  return venv
    .split(/\r?\n/)
    .filter((line) => /^(?:version|version_info|implementation|include-system-site-packages)\s*=/.test(line));
}

/** Larger files are programs for the machine, known by size and time; scripts by what they say. */
const largestScript = 64 * 1024;

function fileMark(folder: string, name: string): string {
  const path = join(folder, name);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return name;
  const content = stats.size <= largestScript ? readText(path) : undefined;
  return `${name} ${content === undefined ? `${stats.size} ${stats.mtimeMs}` : identityOf([content])}`;
}

/** `NAME-VERSION.dist-info` of every site-packages folder, PEP 376. */
function distributions(venv: string): readonly string[] {
  const folders = [
    ...list(join(venv, 'lib')).map((python) => join(venv, 'lib', python, 'site-packages')),
    join(venv, 'Lib', 'site-packages'),
  ];
  return folders.flatMap(list).filter((name) => /\.(?:dist|egg)-info$|\.egg-link$/.test(name));
}

function identityOf(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex');
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
