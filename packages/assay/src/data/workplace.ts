import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type FileLock, type Repository, repositoryLock } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { DvcCache, type LinkType } from '../objects/index.ts';

/** What commands on tracked data work with. */
export interface Workplace {
  readonly repository: Repository;
  readonly cache: DvcCache;
  /** Where the person is: targets are relative to it. Absolute. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
  /** What is done of how many; of transfers, how many bytes went, of how many where that is known. */
  readonly onProgress?: ((label: string, done: number, total?: number, bytes?: BytesDone) => void) | undefined;
  /** A remark for the person, while something goes on. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Asks the person for a secret that is not shown; undefined where there is nobody to ask. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
}

interface BytesDone {
  readonly done: number;
  readonly total: number | undefined;
}

export function openWorkplace(parts: Omit<Workplace, 'cache'>): Workplace {
  return { ...parts, cache: openCache(parts.repository) };
}

/** The cache of a repository, by its settings. */
export function openCache(repository: Repository): DvcCache {
  const { root, config, temporary, ignore } = repository;
  // Objects get their names by renaming, which is possible on one file system only.
  const isNear = repository.cache.startsWith(root + sep) && deviceOf(temporary) === deviceOf(repository.cache);
  return new DvcCache({
    root: repository.cache,
    temporary: isNear ? temporary : join(repository.cache, 'tmp'),
    snapshots: join(temporary, 'assay'),
    links: config.linkTypes() as readonly LinkType[],
    shared: config.get('cache', 'shared') === 'group',
    ignores: (path, isDirectory) => {
      const inside = path.startsWith(root + sep) ? path.slice(root.length + 1) : undefined;
      return inside !== undefined && ignore.ignores(sep === '/' ? inside : inside.replaceAll(sep, '/'), isDirectory);
    },
  });
}

/** The file system of a path, or of the folder in which it would be made. */
function deviceOf(path: string): number | undefined {
  for (let at = path; ; at = dirname(at)) {
    const stats = statSync(at, { throwIfNoEntry: false });
    if (stats || at === dirname(at)) return stats?.dev;
  }
}

/** Runs what changes the repository while no other process does. */
export async function locked<T>(workplace: Workplace, work: () => Promise<T>): Promise<T> {
  const lock = lockOf(workplace);
  try {
    await lock.take();
    return await work();
  } finally {
    await lock.end();
  }
}

/** For work that has the repository to itself only now and then. Give it back with `end`. */
export function lockOf({ repository, onNote, signal }: Workplace): FileLock {
  return repositoryLock(repository, {
    onWait: (holder) => onNote?.(`Waiting for the lock of this repository, which ${holder} holds.`),
    signal,
  });
}

/**
 * A target as it is known in the repository: relative to the root, with `/`.
 * @throws AssayError `ASSAY_DVC_PATH_OUTSIDE`
 */
export function locationOf({ repository, directory }: Workplace, target: string): string {
  const path = relative(repository.root, resolve(directory, target)).split(sep).join('/');
  if (path !== '..' && !path.startsWith('../')) return path === '' ? '.' : path;
  throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${target} lies outside of the repository ${repository.root}`, {
    hint: 'Name something inside of the repository.',
  });
}

/** A path relative to where the person is, as DVC prints paths; what lies outside of the repository is named as it is. */
export function shownPath({ repository, directory }: Workplace, location: string): string {
  if (location.includes('://') || isAbsolute(location)) return location;
  return relative(directory, join(repository.root, location)).split(sep).join('/') || '.';
}
