import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import type { Workplace } from '../data/index.ts';
import { withContent } from '../data/index.ts';
import { type DepEntry, pythonJson } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { checkoutObject, type Found } from '../objects/index.ts';
import { outputPlace } from './get.ts';
import type { Imported } from './import.ts';
import { importFileAt, newImport, withFound, writeImport } from './import-file.ts';
import { urlToRemote } from './to-remote.ts';
import { copyAll, openUrl, type UrlContent, type UrlSource } from './url-source.ts';

export interface ImportUrlOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly noExec?: boolean;
  readonly noDownload?: boolean;
  /** Puts the data into a remote, and leaves workspace and cache as they are. */
  readonly toRemote?: boolean;
  /** That remote; the default one without. */
  readonly remote?: string;
  readonly jobs?: number;
  /** Options of the address, as a remote would have them; kept in the `.dvc` file. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Copies data behind an address into the repository, and remembers the address and what the data is known by there.
 * @throws AssayError `ASSAY_ACCESS_NO_URL`, `ASSAY_ACCESS_EXISTS`, `ASSAY_DVC_OVERLAP`, and those of remotes
 */
export async function importUrl(workplace: Workplace, url: string, options: ImportUrlOptions = {}): Promise<Imported> {
  const { directory, repository } = workplace;
  const name = url.replace(/^[A-Za-z][A-Za-z0-9+.-]+:\/\/[^/]*/, '').split(/[?#]/)[0]!;
  const place = outputPlace(name, options.out, directory, options.force === true);
  const target = await importFileAt(workplace, place);
  const wdir = join(repository.root, posix.dirname(target.location));
  const isRelative = !url.includes('://') && !isAbsolute(url);
  // Relative to the .dvc file, so that it says the same from wherever it is read.
  const path = isRelative ? relative(wdir, join(directory, url)).split(sep).join('/') : url;
  const { settings = {} } = options;
  const fsConfig = Object.keys(settings).length === 0 ? {} : { fsConfig: settings };
  const data = newImport({ path, checksum: undefined, hashNamed: true, ...fsConfig }, target.location);
  if (options.noExec === true) {
    const changed = await writeImport(workplace, target, data, { checksumOf: undefined, edit: false });
    return { ...target, changed };
  }
  const source = await openUrl(path, wdir, repository.config, workplace, settings);
  try {
    const content = await source.content();
    const known = { ...data, deps: [await describeUrl(workplace, source, content, data.deps[0]!)] };
    const found =
      options.noDownload === true
        ? undefined
        : options.toRemote === true
          ? await urlToRemote(workplace, source, content, options)
          : await downloadUrl(workplace, source, content, target.location, options);
    const next = withFound(known, found);
    const changed = await writeImport(workplace, target, next, { checksumOf: next, edit: false });
    return { ...target, changed };
  } finally {
    await source.close();
  }
}

/** The dependency with what the data is known by where it is. */
export async function describeUrl(
  { cache, signal }: Workplace,
  source: UrlSource,
  content: UrlContent,
  dep: DepEntry,
): Promise<DepEntry> {
  if (source.path !== undefined) {
    const found = await cache.scan(source.path, { signal });
    if (!found) return dep;
    const { isexec: _isexec, ...known } = withContent({ ...dep, hashNamed: true }, found);
    return known;
  }
  const { size: _size, nfiles: _nfiles, ...bare } = dep;
  const size = content.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  if (content.kind === 'file') {
    const [file] = content.files;
    return {
      ...bare,
      hashNamed: true,
      checksum: file?.checksum,
      ...(file?.size === undefined ? {} : { size: file.size }),
    };
  }
  return { ...bare, hashNamed: true, checksum: listChecksum(content), size, nfiles: content.files.length };
}

/** The hash of a list of what a folder's files are known by, as DVC makes it. */
function listChecksum(content: UrlContent): NonNullable<DepEntry['checksum']> {
  const list = content.files.map(({ path, checksum }) => ({
    [checksum?.kind ?? 'etag']: checksum?.value ?? '',
    relpath: path,
  }));
  return { kind: 'md5', value: `${hash('md5', pythonJson(list, { sortKeys: true }), 'hex')}.dir` };
}

/** Brings the data to its place and into the cache. */
export async function downloadUrl(
  workplace: Workplace,
  source: UrlSource,
  content: UrlContent,
  location: string,
  options: { readonly force?: boolean; readonly jobs?: number },
): Promise<Found> {
  const { cache, repository, signal } = workplace;
  const place = join(repository.root, location);
  const put = async (from: string) => {
    const { md5 } = await cache.add(from, { signal });
    await checkoutObject(cache, { md5 }, place, { force: options.force === true, signal });
    return cache.add(place, { signal });
  };
  if (source.path !== undefined) return put(source.path);
  const staging = join(dirname(place), `.${basename(place)}.${process.pid}.assay`);
  try {
    await copyAll(source, content, staging, workplace, options.jobs);
    return await put(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

export function settingsOf({ fsConfig }: DepEntry): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fsConfig ?? {}).map(([name, value]) => [name, String(value)]));
}

/** Whether the data behind an address is what the dependency says; undefined when it is. */
export async function urlState(
  workplace: Workplace,
  dep: DepEntry,
  wdir: string,
): Promise<'modified' | 'deleted' | 'new' | undefined> {
  const source = await openUrl(dep.path, wdir, workplace.repository.config, workplace, settingsOf(dep));
  try {
    const now = await describeUrl(workplace, source, await source.content(), dep);
    if (now.checksum?.value === dep.checksum?.value) return undefined;
    return dep.checksum === undefined ? 'new' : 'modified';
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ASSAY_ACCESS_NO_URL') return 'deleted';
    throw error;
  } finally {
    await source.close();
  }
}
