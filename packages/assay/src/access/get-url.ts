import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { byCodePoint, type Config } from '../dvc/index.ts';
import { outputPlace } from './get.ts';
import type { ListedEntry, ListedTree } from './list.ts';
import { copyAll, openUrl } from './url-source.ts';
import type { Visit } from './visit.ts';

export interface UrlOptions {
  /** Where `remote://NAME/…` is looked up. */
  readonly config: Config | undefined;
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Copies what is behind an address to a place, which then holds all of it; broken off, nothing is there.
 * @throws AssayError `ASSAY_ACCESS_EXISTS`, `ASSAY_ACCESS_NO_URL`, and those of remotes
 */
export async function getUrl(
  url: string,
  visit: Visit,
  options: UrlOptions & { readonly out?: string; readonly force?: boolean; readonly jobs?: number },
): Promise<{ readonly out: string; readonly files: number }> {
  const name = url.replace(/^[A-Za-z][A-Za-z0-9+.-]+:\/\/[^/]*/, '').split(/[?#]/)[0]!;
  const out = outputPlace(name, options.out, visit.directory, options.force === true);
  const source = await openUrl(url, visit.directory, options.config, visit, options.settings);
  const staging = join(dirname(out), `.${basename(out)}.${process.pid}.assay`);
  try {
    const content = await source.content();
    mkdirSync(dirname(out), { recursive: true });
    await copyAll(source, content, staging, visit, options.jobs);
    if (existsSync(out)) rmSync(out, { recursive: true, force: true });
    renameSync(staging, out);
    return { out, files: content.files.length };
  } finally {
    rmSync(staging, { recursive: true, force: true });
    await source.close();
  }
}

/** What is behind an address, as entries of a listing. */
export async function listUrl(
  url: string,
  visit: Visit,
  options: UrlOptions & { readonly recursive?: boolean; readonly level?: number },
): Promise<readonly ListedEntry[]> {
  const { kind, entries } = await entriesOf(url, visit, options);
  if (kind === 'file') return [entry(url.slice(url.lastIndexOf('/') + 1), false, entries[0]?.size)];
  const depth = options.recursive === true ? (options.level ?? Number.POSITIVE_INFINITY) : 1;
  const found = new Map<string, ListedEntry>();
  const sizes = new Map(entries.map(({ path, size }) => [path, size]));
  for (const { path, isFolder } of entries) {
    const parts = path.split('/');
    // Of a folder, what is in it is listed, unless that is too deep.
    if (path === '' || (isFolder && parts.length < depth)) continue;
    const shown = parts.slice(0, depth).join('/');
    found.set(shown, entry(shown, isFolder || parts.length > depth, sizes.get(shown)));
  }
  return [...found.values()].sort(inWalkOrder);
}

export async function listUrlTree(
  url: string,
  visit: Visit,
  options: UrlOptions & { readonly level?: number },
): Promise<ListedTree> {
  const { kind, entries } = await entriesOf(url, visit, options);
  const sizes = new Map(entries.map(({ path, size }) => [path, size]));
  const grow = (name: string, prefix: string, depth: number): ListedTree => {
    const own = entry(name, true, sizes.get(prefix.slice(0, -1)));
    if (options.level !== undefined && depth >= options.level) return own;
    const inside = entries.filter(({ path }) => path.startsWith(prefix) && path !== prefix && path !== '');
    const names = [...new Set(inside.map(({ path }) => path.slice(prefix.length).split('/')[0]!))];
    const contents = names.map((child) => {
      const file = inside.find(({ path, isFolder }) => path === prefix + child && !isFolder);
      return file ? entry(child, false, file.size) : grow(child, `${prefix}${child}/`, depth + 1);
    });
    return { ...own, contents };
  };
  return kind === 'file' ? entry(url, false, entries[0]?.size) : grow(url, '', 0);
}

async function entriesOf(url: string, visit: Visit, { config, settings }: UrlOptions) {
  const source = await openUrl(url, visit.directory, config, visit, settings);
  try {
    return await source.list();
  } finally {
    await source.close();
  }
}

/** A folder's files before what is in its folders, as a walk meets them. */
function inWalkOrder(a: ListedEntry, b: ListedEntry): number {
  const [left, right] = [a.path.split('/'), b.path.split('/')];
  const at = left.findIndex((part, i) => part !== right[i]);
  const isFile = ({ isdir }: ListedEntry, parts: readonly string[]) => !isdir && parts.length - 1 === at;
  return Number(isFile(b, right)) - Number(isFile(a, left)) || byCodePoint(left[at] ?? '', right[at] ?? '');
}

function entry(path: string, isdir: boolean, size: number | undefined): ListedEntry {
  return { isout: false, isdir, isexec: false, size: size ?? null, md5: null, path };
}
