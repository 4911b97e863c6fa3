import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Implementation, sourceFiles } from '../runs/index.ts';
import { commands } from './commands.ts';
import { ImportClosure } from './import-closure.ts';

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

const imports = new ImportClosure(packages);

/** A file and all it is made of, with the data files of our libraries and the names of the other ones. */
function closureOf(entry: string): readonly string[] {
  const found = imports.of(entry);
  const assets = ['learn', 'nlp']
    .map((library) => join(packages, library, 'src'))
    .filter((folder) => found.has(join(folder, 'index.ts')))
    .flatMap((folder) => sourceFiles(folder).filter((file) => !file.endsWith('.ts')));
  const lock = join(packages, '..', 'package-lock.json');
  return [...found, ...assets, ...(existsSync(lock) ? [lock] : [])].sort();
}
