import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Implementation, sourceFiles } from '../runs/index.ts';
import { commands } from './commands.ts';

const here = import.meta.dirname;
const packages = join(here, '..', '..', '..');

/** The script that starts Assay: in a clone beside `src`, in the published package beside the bundle. */
export const launcher = ['../../bin/assay.js', '../bin/assay.js', 'bin/assay.js']
  .map((path) => resolve(here, path))
  .find(existsSync);

/**
 * The files that implement a command, for the cache key of stages that run it: its own file and all that this imports, in the
 * other packages too, with their data files; and the lock file that names the libraries. They are read, not loaded: that
 * would take longer than all else that a run with nothing to do does. Published, the bundle is one piece, and all of it counts.
 */
export const implementationOf: Implementation = async (argv) => {
  const words = argv.slice(1);
  while (words[0]?.startsWith('-')) words.splice(0, words[0] === '-C' ? 2 : 1);
  const name = Object.keys(commands)
    .sort((a, b) => b.length - a.length)
    .find((path) => path.split(' ').every((word, i) => words[i] === word));
  if (name === undefined) return undefined;
  const file = join(here, `${name.replaceAll(' ', '-')}.ts`);
  return { name, files: existsSync(file) ? closureOf(file) : sourceFiles(here) };
};

const imported = new Map<string, readonly string[]>();

/** A file and all it imports, directly or not. */
function closureOf(entry: string): readonly string[] {
  const found = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (!imported.has(file)) imported.set(file, importsOf(file));
    open.push(...imported.get(file)!);
  }
  const libraries = ['learn', 'nlp'].map((library) => join(packages, library, 'src'));
  const assets = libraries
    .filter((folder) => found.has(join(folder, 'index.ts')))
    .flatMap((folder) => sourceFiles(folder).filter((file) => !file.endsWith('.ts')));
  const lock = join(packages, '..', 'package-lock.json');
  return [...found, ...assets, ...(existsSync(lock) ? [lock] : [])].sort();
}

/** What a file imports of ours; types, which do not run, apart. */
function importsOf(file: string): readonly string[] {
  if (!/\.[cm]?[jt]s$/.test(file)) return [];
  const source = readFileSync(file, 'utf8');
  const specifiers = [
    ...source.matchAll(/(?:^|\n)(?:import|export)\s(?!type\b)[^;]*?from\s*'(\.[^']+|@assay\/[a-z]+)'/g),
    ...source.matchAll(/(?:^|\n)import\s*'(\.[^']+)'/g),
    ...source.matchAll(/\bimport\(\s*'(\.[^']+|@assay\/[a-z]+)'\s*\)/g),
    ...source.matchAll(/\bnew URL\(\s*'(\.[^']+)',\s*import\.meta\.url\s*\)/g),
  ].map(([, specifier]) => specifier!);
  return specifiers
    .map((specifier) =>
      specifier.startsWith('.')
        ? resolve(dirname(file), specifier)
        : join(packages, specifier.slice('@assay/'.length), 'src', 'index.ts'),
    )
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}
