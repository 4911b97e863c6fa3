import { posix } from 'node:path';
import { byCodePoint } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { openSource, type SourceOptions } from './source.ts';
import type { SourceEntry, SourceFiles } from './source-files.ts';
import { sourcePath } from './source-path.ts';
import { isTracking } from './source-walk.ts';
import type { Visit } from './visit.ts';

/** DVC's words for what is at a path. */
export interface ListedEntry {
  readonly isout: boolean;
  readonly isdir: boolean;
  readonly isexec: boolean;
  readonly size: number | null;
  readonly md5: string | null;
  readonly path: string;
}

export interface ListedTree extends ListedEntry {
  readonly contents?: readonly ListedTree[];
}

export interface ListOptions extends SourceOptions {
  readonly recursive?: boolean;
  /** How many levels down. */
  readonly level?: number;
  readonly trackedOnly?: boolean;
}

/**
 * What a repository holds at a path, whoever keeps it: git or DVC. Sorted by path.
 * @throws AssayError `ASSAY_ACCESS_NO_PATH`, and those of `openSource`
 */
export async function listRepository(
  url: string,
  path: string,
  visit: Visit,
  options: ListOptions = {},
): Promise<readonly ListedEntry[]> {
  return opened(url, path, visit, options, async (files, top, entry) => {
    const level = options.recursive === true ? options.level : undefined;
    if (level === 0 || entry.kind === 'file') return [await listed(files, top, entry, posix.basename(path) || '.')];
    const found: ListedEntry[] = [];
    const walk = async (folder: string, depth: number): Promise<void> => {
      visit.signal.throwIfAborted();
      const at = joined(top, folder);
      for (const child of await files.list(at, { trackedOnly: options.trackedOnly === true })) {
        const shown = joined(folder, child.name);
        const deeper = options.recursive === true && (level === undefined || depth < level);
        if (child.kind === 'file' || !deeper) found.push(await listed(files, joined(at, child.name), child, shown));
        if (child.kind === 'folder' && deeper) await walk(shown, depth + 1);
      }
    };
    await walk('', 1);
    return found.sort((a, b) => byCodePoint(a.path, b.path));
  });
}

/** The same as a tree, the path itself at its top. */
export async function listTree(
  url: string,
  path: string,
  visit: Visit,
  options: ListOptions = {},
): Promise<ListedTree> {
  return opened(url, path, visit, options, async (files, top, entry) => {
    const grow = async (at: string, one: SourceEntry, name: string, depth: number): Promise<ListedTree> => {
      visit.signal.throwIfAborted();
      const own = await listed(files, at, one, name);
      if (one.kind === 'file' || (options.level !== undefined && depth >= options.level)) return own;
      const children = [...(await files.list(at, { trackedOnly: options.trackedOnly === true }))];
      children.sort((a, b) => byCodePoint(a.name, b.name));
      const contents: ListedTree[] = [];
      for (const child of children) contents.push(await grow(joined(at, child.name), child, child.name, depth + 1));
      return { ...own, contents };
    };
    return grow(top, entry, path === '' ? '.' : path, 0);
  });
}

/** What data takes up: each entry of a folder, then the whole; sizes that nobody wrote down count as nothing. */
export async function diskUsage(
  url: string,
  path: string,
  visit: Visit,
  options: SourceOptions & { readonly summarize?: boolean } = {},
): Promise<readonly { readonly path: string; readonly size: number }[]> {
  return opened(url, path, visit, options, async (files, top, entry) => {
    if (options.summarize === true || entry.kind === 'file') return [{ path, size: await sizeOf(files, top, entry) }];
    const sizes: { path: string; size: number }[] = [];
    for (const child of await counted(files, top)) {
      sizes.push({ path: joined(path, child.name), size: await sizeOf(files, joined(top, child.name), child) });
    }
    sizes.sort((a, b) => byCodePoint(a.path, b.path));
    return [...sizes, { path, size: sizes.reduce((sum, one) => sum + one.size, 0) }];
  });
}

async function sizeOf(files: SourceFiles, path: string, entry: SourceEntry): Promise<number> {
  if (entry.kind === 'file') return entry.plain?.size ?? entry.tracked?.size ?? 0;
  if (entry.plain === undefined && entry.tracked?.size !== undefined) return entry.tracked.size;
  let sum = 0;
  for (const child of await counted(files, path)) sum += await sizeOf(files, joined(path, child.name), child);
  return sum;
}

async function counted(files: SourceFiles, path: string): Promise<readonly SourceEntry[]> {
  return (await files.list(path)).filter(({ name }) => !isTracking(name));
}

async function opened<T>(
  url: string,
  path: string,
  visit: Visit,
  options: SourceOptions,
  work: (files: SourceFiles, top: string, entry: SourceEntry) => Promise<T>,
): Promise<T> {
  const source = await openSource(url, visit, options);
  try {
    const top = sourcePath(source, path);
    const entry = await source.files.entry(top);
    if (entry) return await work(source.files, top, entry);
    throw new AssayError('ASSAY_ACCESS_NO_PATH', `there is no ${JSON.stringify(path)} in ${url}`, {
      hint: `See \`assay list -R ${url}\`.`,
    });
  } finally {
    await source.close();
  }
}

async function listed(files: SourceFiles, at: string, entry: SourceEntry, path: string): Promise<ListedEntry> {
  const { plain, tracked, kind } = entry;
  const size = plain ? (plain.size ?? (await files.plain.folderSize(at))) : tracked?.size;
  return {
    isout: tracked?.target !== undefined,
    isdir: kind === 'folder',
    isexec: plain?.isExecutable ?? false,
    size: size ?? null,
    md5: tracked?.md5 ?? null,
    path,
  };
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
}
