import { existsSync, readFileSync } from 'node:fs';
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
 * The files that implement a command, for the cache key of stages that run it: the command's own file and what it imports,
 * and the packages it names. Published, the bundle is one piece, and all of it counts.
 */
export const implementationOf: Implementation = async (argv) => {
  const words = argv.slice(1);
  while (words[0]?.startsWith('-')) words.splice(0, words[0] === '-C' ? 2 : 1);
  const name = Object.keys(commands)
    .sort((a, b) => b.length - a.length)
    .find((path) => path.split(' ').every((word, i) => words[i] === word));
  if (name === undefined) return undefined;
  const file = join(here, `${name.replaceAll(' ', '-')}.ts`);
  if (!existsSync(file)) return { name, files: sourceFiles(here) };
  const { command } = await commands[name]!.load();
  const libraries = (command.implementedBy ?? []).flatMap((library) => sourceFiles(join(packages, library, 'src')));
  return { name, files: [...importsOf(file), ...libraries] };
};

/** A file and all it imports by relative paths; types, which do not run, apart. */
function importsOf(entry: string): readonly string[] {
  const found = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const source = readFileSync(file, 'utf8');
    for (const [, path] of source.matchAll(/(?:^|\n)(?:import|export)\s(?!type\b)[^;]*?from\s*'(\.[^']+)'/g)) {
      open.push(resolve(dirname(file), path!));
    }
    for (const [, path] of source.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)/g)) open.push(resolve(dirname(file), path!));
  }
  return [...found].sort();
}
