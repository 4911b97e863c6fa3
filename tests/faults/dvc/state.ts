import { createHash, hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What a folder holds, but for what git, the ledger and temporary files are: by path, the content or where a link leads. */
export function stateOf(base: string): ReadonlyMap<string, string> {
  const state = new Map<string, string>();
  for (const path of filesUnder(base)) {
    const name = relative(base, path);
    if (/^(?:home|config|\.cache)\/|\/(?:\.git|\.assay|\.dvc\/tmp)\//.test(name)) continue;
    // Half of an upload, which no remote counts as an object.
    if (/^remote\/.*\.\d+-\d+\.tmp$/.test(name)) continue;
    state.set(name, contentOf(path));
  }
  return state;
}

/** How two differ, for a person. */
export function difference(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): readonly string[] {
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names.flatMap((name) => {
    if (one.get(name) === other.get(name)) return [];
    if (!other.has(name)) return [`${name} is missing`];
    return [`${name} is ${one.has(name) ? 'other' : 'too much'}`];
  });
}

/** Objects, in a cache or a remote, that are not what their names say. */
export function damagedObjects(base: string): readonly string[] {
  return filesUnder(base)
    .filter((path) => /\/files\/md5\/[0-9a-f]{2}\/[0-9a-f]{30}(?:\.dir)?$/.test(path))
    .filter(
      (path) =>
        hash('md5', readFileSync(path), 'hex') !==
        path
          .replace(/\.dir$/, '')
          .split('/')
          .slice(-2)
          .join(''),
    );
}

/** Data that was there and is nowhere any more, under whatever name. */
export function lostContents(before: ReadonlyMap<string, string>, base: string): readonly string[] {
  const left = new Set(filesUnder(base).map(contentOf));
  return [...before].flatMap(([name, content]) => {
    const isData =
      content.startsWith('file') && !/\.dvc$|\/dvc\.(?:lock|yaml)$|\.yaml$|\.gitignore$|\/\.dvc\/config/.test(name);
    return isData && !left.has(content) ? [name] : [];
  });
}

function contentOf(path: string): string {
  if (lstatSync(path).isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  return `file ${createHash('sha1').update(readFileSync(path)).digest('hex')}`;
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}
