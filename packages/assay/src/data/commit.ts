import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import {
  dataFileChecksum,
  editDataFile,
  type LockedStage,
  LockFile,
  readDataFile,
  type TrackedOut,
  type TrackedStage,
  type Value,
} from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Found } from '../objects/index.ts';
import { relink, withContent } from './add.ts';
import { ignoreInGit } from './gitignore.ts';
import { rememberPlaced } from './placed-outputs.ts';
import { type ParamsCache, valueAt } from './status.ts';
import { checkUnused, placeOf } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/**
 * What `dvc.lock` is to say of a stage as its files lie now; outputs that are cached are put into the cache.
 * @throws AssayError `ASSAY_PATH_MISSING` for a dependency, an output or a file of parameters that is not there
 */
export async function lockStage(
  workplace: Workplace,
  stage: TrackedStage,
  params: ParamsCache,
  options: { readonly noCommit?: boolean; readonly allowMissing?: boolean } = {},
): Promise<LockedStage> {
  const outs = [];
  for (const out of stage.outs) {
    const { location: _location, ...entry } = out;
    if (options.allowMissing === true && isAway(workplace, out)) {
      outs.push(lockEntry(entry));
      continue;
    }
    outs.push(lockEntry(withContent(entry, await take(workplace, out, out.cache && options.noCommit !== true))));
  }
  const deps = [];
  for (const dep of stage.deps) {
    const { location: _location, ...entry } = dep;
    if (options.allowMissing === true && isAway(workplace, dep)) deps.push(entry);
    else deps.push(withContent(entry, await take(workplace, dep, false)));
  }
  return {
    cmd: stage.cmdAsWritten ?? '',
    deps,
    params: await lockParams(stage, params),
    outs,
  };
}

/** Only what a lock has: the path and the content. */
function lockEntry<T extends LockedStage['outs'][number]>(out: T): LockedStage['outs'][number] {
  return { ...out, cache: true, persist: false, push: true, metric: false, plot: false };
}

/** The values that a stage depends on, by file and key. @throws AssayError `ASSAY_DVC_NO_PARAMETER` */
export async function lockParams(
  stage: TrackedStage,
  params: ParamsCache,
): Promise<{ readonly [file: string]: { readonly [key: string]: Value } }> {
  const result: Record<string, Record<string, Value>> = {};
  for (const { file, keys } of stage.params) {
    const values = await params.read(posix.join(stage.wdir, file));
    if (!values) throw noParameter(stage, file, undefined);
    result[file] = {};
    for (const key of keys.length > 0 ? keys : Object.keys(values)) {
      const value = keys.length > 0 ? valueAt(values, key) : values[key];
      if (value === undefined) throw noParameter(stage, file, key);
      result[file][key] = value;
    }
  }
  return result;
}

async function take(
  { cache, signal, ...rest }: Workplace,
  entry: { readonly location: string },
  store: boolean,
): Promise<Found> {
  const path = placeOf({ cache, signal, ...rest }, entry);
  const found =
    path === undefined ? undefined : store ? await cache.add(path, { signal }) : await cache.scan(path, { signal });
  if (found) return found;
  throw notThere(entry.location);
}

function isAway(workplace: Workplace, entry: { readonly location: string }): boolean {
  const path = placeOf(workplace, entry);
  return path !== undefined && !existsSync(path);
}

function notThere(location: string): AssayError {
  return new AssayError('ASSAY_PATH_MISSING', `${location} is not there`, {
    hint: 'Run the stage that makes it, or bring it there.',
  });
}

export interface CommitOptions {
  /** Passes over outputs that are not there. */
  readonly allowMissing?: boolean;
  /** Leaves links and copies in the workspace as they are. */
  readonly noRelink?: boolean;
}

/**
 * Writes down the content of tracked data and of stages as it is now.
 * @returns the files that changed, absolute
 */
export async function commitStage(
  workplace: Workplace,
  stage: TrackedStage,
  params: ParamsCache,
  options: CommitOptions = {},
): Promise<readonly string[]> {
  checkUnused(workplace, { read: stage.deps, write: stage.outs });
  if (stage.name === undefined) return commitDataFile(workplace, stage, options);
  const changed = [];
  const lockPath = join(workplace.repository.root, posix.dirname(stage.file), 'dvc.lock');
  const text = existsSync(lockPath) ? readFileSync(lockPath, 'utf8') : undefined;
  const lock = LockFile.parse(text, lockPath);
  lock.set(stage.name, await lockStage(workplace, stage, params, options));
  for (const out of stage.outs) if (out.cache) changed.push(...(await settle(workplace, out, options)));
  if (lock.toString() !== text) changed.push(write(lockPath, lock.toString()));
  return changed;
}

async function commitDataFile(
  workplace: Workplace,
  stage: TrackedStage,
  options: CommitOptions,
): Promise<readonly string[]> {
  const changed: string[] = [];
  const { text, next, taken } = await takeDataFile(workplace, stage, options);
  for (const out of taken) changed.push(...(await settle(workplace, out, options)));
  if (next !== text) changed.push(write(join(workplace.repository.root, stage.file), next));
  return changed;
}

/**
 * Puts the data of a `.dvc` file into the cache as it lies there.
 * @returns the file's text, what it is to be, and the outputs that went into the cache
 * @throws AssayError `ASSAY_PATH_MISSING`
 */
export async function takeDataFile(
  workplace: Workplace,
  stage: TrackedStage,
  options: Pick<CommitOptions, 'allowMissing'> = {},
): Promise<{ readonly text: string; readonly next: string; readonly taken: readonly TrackedOut[] }> {
  const { repository, cache, signal } = workplace;
  const text = readFileSync(join(repository.root, stage.file), 'utf8');
  const data = readDataFile(text, stage.file);
  const outs = [];
  const taken: TrackedOut[] = [];
  for (const [i, out] of data.outs.entries()) {
    const tracked = stage.outs[i]!;
    const path = placeOf(workplace, tracked);
    const isThere = path !== undefined && existsSync(path);
    if (!isThere || !out.cache) {
      if (path !== undefined && !isThere && options.allowMissing !== true) throw notThere(tracked.location);
      const scanned = isThere ? await cache.scan(path, { signal }) : undefined;
      outs.push(scanned ? withContent(out, scanned) : out);
      continue;
    }
    // Data of DVC 2 that did not change keeps its hash, and its place.
    const kept = out.checksum?.kind === 'md5-dos2unix' && (await unchanged(workplace, path, out.checksum.value));
    outs.push(kept ? out : withContent(out, await cache.add(path, { signal })));
    if (!kept) taken.push(tracked);
  }
  const filled = { ...data, outs };
  const next = data.deps.length > 0 ? { ...filled, md5: dataFileChecksum(filled) } : filled;
  return { text, next: editDataFile(text, next, stage.file), taken };
}

/** What was put into the cache is linked to it, and out of git's sight. @returns files that changed */
async function settle(
  workplace: Workplace,
  out: { readonly location: string },
  options: CommitOptions,
): Promise<readonly string[]> {
  const path = placeOf(workplace, out);
  if (path === undefined || !existsSync(path)) return [];
  const found = await workplace.cache.scan(path, { signal: workplace.signal });
  if (found && options.noRelink !== true) await relink(workplace, path, found);
  if (found) rememberPlaced(workplace, out.location, found.md5);
  const ignored = await ignoreInGit(workplace.repository, path);
  return ignored === undefined ? [] : [ignored];
}

async function unchanged({ cache, signal }: Workplace, path: string, md5: string): Promise<boolean> {
  return (await cache.scan(path, { algorithm: 'md5-dos2unix', signal }))?.md5 === md5;
}

function write(file: string, text: string): string {
  replaceFile(file, text, { sync: false });
  return file;
}

function noParameter(stage: TrackedStage, file: string, key: string | undefined): AssayError {
  const what = key === undefined ? `${file} is not there` : `${file} has no \`${key}\``;
  return new AssayError('ASSAY_DVC_NO_PARAMETER', `the stage ${stage.address} depends on parameters, but ${what}`, {
    hint: 'Add it, or take it out of `params` in dvc.yaml.',
  });
}
