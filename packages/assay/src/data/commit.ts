import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { editDataFile, type LockedStage, LockFile, readDataFile, type TrackedStage, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Found } from '../objects/index.ts';
import { withContent } from './add.ts';
import { ignoreInGit } from './gitignore.ts';
import { type ParamsCache, valueAt } from './status.ts';
import { placeOf } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/**
 * What `dvc.lock` is to say of a stage as its files lie now; outputs that are cached are put into the cache.
 * @throws AssayError `ASSAY_PATH_MISSING` for a dependency, an output or a file of parameters that is not there
 */
export async function lockStage(
  workplace: Workplace,
  stage: TrackedStage,
  params: ParamsCache,
  options: { readonly noCommit?: boolean; readonly force?: boolean } = {},
): Promise<LockedStage> {
  const outs = [];
  for (const out of stage.outs) {
    const { location: _location, ...entry } = out;
    outs.push(lockEntry(withContent(entry, await take(workplace, out, out.cache && options.noCommit !== true))));
  }
  const deps = [];
  for (const dep of stage.deps) {
    const { location: _location, ...entry } = dep;
    deps.push(withContent(entry, await take(workplace, dep, false)));
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
  throw new AssayError('ASSAY_PATH_MISSING', `${entry.location} is not there`, {
    hint: 'Run the stage that makes it, or bring it there.',
  });
}

/**
 * Writes down the content of tracked data and of stages as it is now.
 * @returns the files that changed, absolute
 */
export async function commitStage(
  workplace: Workplace,
  stage: TrackedStage,
  params: ParamsCache,
): Promise<readonly string[]> {
  const { repository } = workplace;
  const file = join(repository.root, stage.file);
  const changed: string[] = [];
  if (stage.name === undefined) {
    const { text, next } = await takeDataFile(workplace, stage);
    for (const out of stage.outs) {
      const path = placeOf(workplace, out);
      if (path !== undefined) changed.push(...[await ignoreInGit(repository, path)].filter((one) => one !== undefined));
    }
    if (next !== text) changed.push(write(file, next));
    return changed;
  }
  const lockPath = join(repository.root, posix.dirname(stage.file), 'dvc.lock');
  const text = existsSync(lockPath) ? readFileSync(lockPath, 'utf8') : undefined;
  const lock = LockFile.parse(text, lockPath);
  lock.set(stage.name, await lockStage(workplace, stage, params));
  if (lock.toString() !== text) changed.push(write(lockPath, lock.toString()));
  return changed;
}

/**
 * Puts the data of a `.dvc` file into the cache as it lies there.
 * @returns the file's text, and what it is to be
 */
export async function takeDataFile(
  workplace: Workplace,
  stage: TrackedStage,
): Promise<{ readonly text: string; readonly next: string }> {
  const { repository, cache, signal } = workplace;
  const text = readFileSync(join(repository.root, stage.file), 'utf8');
  const data = readDataFile(text, stage.file);
  const outs = [];
  for (const [i, out] of data.outs.entries()) {
    const path = placeOf(workplace, stage.outs[i]!);
    const found = path === undefined ? undefined : await cache.add(path, { signal });
    // Data of DVC 2 that did not change keeps its hash.
    const kept =
      found && out.checksum?.kind === 'md5-dos2unix' && (await unchanged(workplace, path!, out.checksum.value));
    outs.push(found && !kept ? withContent(out, found) : out);
  }
  return { text, next: editDataFile(text, { ...data, outs }, stage.file) };
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
