import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import {
  type DataFile,
  type DepEntry,
  editDataFile,
  formatDataFile,
  type OutEntry,
  type RepositoryIndex,
  readDataFile,
  readIndex,
  type TrackedOut,
  workspaceTree,
} from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type CacheBatch, checkoutObject, type Found } from '../objects/index.ts';
import { addParts } from './add-part.ts';
import { checkNotInGit, ignoreAllInGit } from './gitignore.ts';
import { rememberPlaced } from './placed-outputs.ts';
import { checkUnused, expandPatterns, isDataFile, isLegacy } from './tracked-data.ts';
import { locationOf, type Workplace } from './workplace.ts';

export interface AddOptions {
  /** Only hashes: the bytes stay out of the cache. */
  readonly noCommit?: boolean;
  readonly glob?: boolean;
  /** Leaves links and copies in the workspace as they are. */
  readonly noRelink?: boolean;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly file?: string;
}

export interface Added {
  /** Relative to the root. */
  readonly location: string;
  readonly dataFile: string;
  readonly found: Found;
  /** Files that git should be told of, absolute. */
  readonly changed: readonly string[];
}

/**
 * Tracks files and folders: their bytes in the cache, a `.dvc` file for each, out of git's sight. Nothing is tracked before the
 * bytes of all of them are in the cache.
 * @throws AssayError `ASSAY_PATH_MISSING`, `ASSAY_DVC_IN_GIT`, `ASSAY_DVC_OVERLAP`, `ASSAY_DVC_STAGE_OUTPUT`,
 * `ASSAY_DVC_PATH_OUTSIDE`, and those of the cache
 */
export async function addPaths(
  workplace: Workplace,
  words: readonly string[],
  options: AddOptions = {},
): Promise<readonly Added[]> {
  const { repository, cache } = workplace;
  const targets = options.glob === true ? expandPatterns(workplace, words).filter(isData) : words;
  const locations = [...new Set(targets.map((word) => trackable(workplace, word)))];
  const index = await readIndex(repository, workspaceTree(repository));
  const asked = new Set(locations);
  // What is tracked, with the parts of it that are meant; none where all of it is.
  const partsOf = new Map<string, string[]>();
  for (const location of locations) {
    const owner = ownerOf(index, location) ?? location;
    const parts = partsOf.get(owner) ?? [];
    if (!asked.has(owner)) parts.push(location);
    partsOf.set(owner, parts);
  }
  const tracked = [...partsOf.keys()];
  for (const location of tracked) checkOverlaps(index, location);
  checkUnused(workplace, { write: tracked.map((location) => ({ location })) });
  const fresh = tracked.filter((location) => !index.byLocation.has(location));
  await checkNotInGit(repository, ...fresh.map((location) => join(repository.root, location)));
  const taken: Taken[] = [];
  const batch = cache.receiving();
  try {
    for (const location of tracked) {
      const parts = partsOf.get(location)!;
      taken.push(
        parts.length > 0
          ? await takeParts(workplace, index.byLocation.get(location)!.out, parts, options, batch)
          : await takeIn(workplace, index, location, options, batch),
      );
    }
    await batch.commit();
  } finally {
    await batch.end();
  }
  return track(workplace, index, taken, options);
}

interface Taken {
  readonly location: string;
  readonly found: Found;
  /** Legacy data that is as it was: nothing is to be written. */
  readonly kept: boolean;
  /** What of a folder was taken in, where that is not all of it. */
  readonly parts?: readonly { readonly location: string }[];
}

async function takeParts(
  workplace: Workplace,
  owner: TrackedOut,
  locations: readonly string[],
  options: AddOptions,
  batch: CacheBatch,
): Promise<Taken> {
  const { found, parts } = await addParts(workplace, owner, locations, options.noCommit ? undefined : batch);
  return { location: owner.location, found, kept: found.md5 === owner.checksum?.value, parts };
}

async function takeIn(
  workplace: Workplace,
  index: RepositoryIndex,
  location: string,
  options: AddOptions,
  batch: CacheBatch,
): Promise<Taken> {
  const { repository, cache, signal } = workplace;
  const path = join(repository.root, location);
  const known = index.byLocation.get(location);
  const kept = known === undefined ? undefined : await unchangedLegacy(workplace, known.out, path);
  if (kept) return { location, found: kept, kept: true };
  const watching = { signal, onProgress: (files: number) => workplace.onProgress?.(location, files) };
  const found = options.noCommit === true ? await cache.scan(path, watching) : await cache.add(path, watching, batch);
  if (!found) throw new AssayError('ASSAY_PATH_MISSING', `${path} is not there`);
  return { location, found, kept: false };
}

async function track(
  workplace: Workplace,
  index: RepositoryIndex,
  taken: readonly Taken[],
  options: AddOptions,
): Promise<readonly Added[]> {
  const { repository } = workplace;
  const pathOf = (location: string) => join(repository.root, location);
  const added: Added[] = [];
  for (const { location, found, kept } of taken) {
    const dataFile = index.byLocation.get(location)?.stage.file ?? options.file ?? `${location}.dvc`;
    const changed = kept ? [] : [writeDataFile(workplace, dataFile, location, found, options)];
    added.push({ location, dataFile, found, changed });
  }
  const written = taken.filter(({ kept }) => !kept);
  const ignoring = await ignoreAllInGit(
    repository,
    written.map(({ location }) => pathOf(location)),
  );
  if (options.noCommit !== true) {
    for (const { location, found, parts } of written) {
      const names = parts?.map((part) => part.location.slice(location.length + 1)) ?? [undefined];
      for (const only of options.noRelink === true ? [] : names) {
        await relink(workplace, pathOf(location), found, only);
      }
      rememberPlaced(workplace, location, found.md5);
    }
  }
  return added.map((one) => {
    const file = join(dirname(pathOf(one.location)), '.gitignore');
    return ignoring.includes(file) ? { ...one, changed: [...one.changed, file] } : one;
  });
}

/** Data of DVC 2 that did not change keeps its hash, and its place. */
async function unchangedLegacy(
  { cache, signal }: Workplace,
  out: TrackedOut,
  path: string,
): Promise<Found | undefined> {
  if (!isLegacy(out)) return undefined;
  const found = await cache.scan(path, { algorithm: 'md5-dos2unix', signal });
  return found?.md5 === out.checksum?.value && cache.has(found?.md5 ?? '', true) ? found : undefined;
}

/** What was just put into the cache hangs on it from now on as `cache.type` says; links to elsewhere become files. */
export async function relink({ cache, signal }: Workplace, path: string, found: Found, only?: string): Promise<void> {
  const copies = cache.links.every((link) => link === 'copy' || link === 'reflink');
  if (copies && !found.hasLinks) return;
  const isExecutable = found.kind === 'file' && found.isExecutable;
  await checkoutObject(cache, { md5: found.md5, isExecutable }, path, {
    relink: true,
    signal,
    ...(only === undefined ? {} : { only }),
  });
}

const untracked = { checksum: undefined, cache: true, persist: false, push: true, metric: false, plot: false } as const;

/** @returns the file, absolute */
export function writeDataFile(
  { repository }: Workplace,
  dataFile: string,
  location: string,
  found: Found,
  options: AddOptions,
): string {
  const file = join(repository.root, dataFile);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const before = text === undefined ? undefined : readDataFile(text, dataFile);
  const name = posix.relative(posix.dirname(dataFile), location);
  const standing = before?.outs.find((out) => posix.normalize(out.path) === name);
  const out: OutEntry = {
    ...withContent(standing ?? { ...untracked, path: name }, found),
    ...(options.desc === undefined ? {} : { desc: options.desc }),
    ...(options.type === undefined ? {} : { type: options.type }),
    ...(options.labels === undefined || options.labels.length === 0 ? {} : { labels: options.labels }),
    ...(options.meta === undefined ? {} : { meta: options.meta }),
  };
  const data: DataFile = before
    ? { ...before, outs: before.outs.map((one) => (one === standing ? out : one)) }
    : { wdir: '.', frozen: false, alwaysChanged: false, deps: [], outs: [out] };
  const next = text === undefined ? formatDataFile(data) : editDataFile(text, data, dataFile);
  if (next !== text) replaceFile(file, next, { sync: false });
  return file;
}

/** An entry with what was found; what it said of earlier bytes is gone. */
export function withContent<T extends DepEntry | OutEntry>(entry: T, found: Found): T {
  const { nfiles: _nfiles, isexec: _isexec, versionId: _version, files: _files, ...rest } = entry;
  return {
    ...rest,
    checksum: { kind: 'md5', value: found.md5 },
    size: found.size,
    ...(found.kind === 'directory' ? { nfiles: found.nfiles } : {}),
    ...(found.kind === 'file' && found.isExecutable ? { isexec: true } : {}),
  } as T;
}

/** A tracked folder that a path lies in: adding the file changes the folder in this place. */
function ownerOf(index: RepositoryIndex, location: string): string | undefined {
  for (let at = posix.dirname(location); at !== '.'; at = posix.dirname(at)) {
    if (index.byLocation.has(at)) return at;
  }
  return undefined;
}

export function checkOverlaps(index: RepositoryIndex, location: string): void {
  const known = index.byLocation.get(location);
  if (known?.stage.name !== undefined) {
    throw new AssayError('ASSAY_DVC_STAGE_OUTPUT', `${location} is an output of the stage ${known.stage.address}`, {
      hint: `Run \`assay repro ${known.stage.address}\` or \`assay commit ${known.stage.address}\` instead.`,
    });
  }
  const inside = index.outs.find(({ out }) => out.location.startsWith(`${location}/`));
  if (inside) {
    throw new AssayError(
      'ASSAY_DVC_OVERLAP',
      `${location} holds ${inside.out.location}, which ${inside.stage.address} tracks already`,
      { hint: `Stop tracking it first: assay remove ${inside.stage.address}` },
    );
  }
}

/** The path in the repository, without links on the way to it: what lies behind a link belongs to another place. */
export function trackable(workplace: Workplace, word: string, isThere = true): string {
  const { repository } = workplace;
  const location = locationOf(workplace, word.endsWith('.dvc') ? word.slice(0, -4) : word);
  const path = join(repository.root, location);
  if (location === '.' || location.split('/').some((part) => ['.dvc', '.git', '.assay'].includes(part))) {
    throw new AssayError('ASSAY_DVC_NOT_TRACKABLE', `${word} cannot be tracked: it holds the repository itself`, {
      hint: 'Name the data inside of it.',
    });
  }
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined && isThere) {
    throw new AssayError('ASSAY_PATH_MISSING', `${word} is not there`, { hint: 'Check the name.' });
  }
  if (!existsSync(dirname(path))) {
    throw new AssayError('ASSAY_PATH_MISSING', `${dirname(path)} is not there`, { hint: 'Make the folder first.' });
  }
  const real = realpathSync(dirname(path));
  const inside = relative(repository.root, real);
  if (inside.startsWith('..') || join(real, basename(path)) !== path) {
    throw new AssayError('ASSAY_DVC_THROUGH_LINK', `${word} is reached through a symbolic link, ${dirname(path)}`, {
      hint: `Name it by its own place: ${join(real, basename(path))}`,
    });
  }
  if (repository.ignore.ignores(location, stats?.isDirectory() === true)) {
    throw new AssayError('ASSAY_DVC_IGNORED', `${word} is ignored by a .dvcignore`, {
      hint: 'See `assay check-ignore`.',
    });
  }
  return location;
}

function isData(path: string): boolean {
  return !isDataFile(path) && posix.basename(path) !== '.gitignore';
}
