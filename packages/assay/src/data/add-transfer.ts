import { existsSync, lstatSync, rmSync } from 'node:fs';
import { basename, join, posix, relative, resolve } from 'node:path';
import { readIndex, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { checkoutObject } from '../objects/index.ts';
import { type Added, type AddOptions, checkOverlaps, trackable, writeDataFile } from './add.ts';
import { checkNotInGit, ignoreInGit } from './gitignore.ts';
import { storeInRemote } from './to-remote.ts';
import type { Workplace } from './workplace.ts';

export interface AddTransferOptions extends Pick<AddOptions, 'desc' | 'type' | 'labels' | 'meta'> {
  /** Where the data is to be in the repository: its new name, or a folder that it goes into. */
  readonly out?: string;
  /** Not into the cache, but into a remote. */
  readonly toRemote?: boolean;
  readonly remote?: string;
  readonly jobs?: number;
  readonly force?: boolean;
}

/**
 * Tracks data that lies elsewhere, with a copy of it in the repository; or data that goes to a remote, and neither into the cache
 * nor anywhere else.
 * @throws AssayError `ASSAY_PATH_MISSING`, `ASSAY_PATH_IN_THE_WAY`, `ASSAY_DVC_NO_REMOTE`, and those of `addPaths`
 */
export async function addFromElsewhere(
  workplace: Workplace,
  word: string,
  options: AddTransferOptions,
): Promise<Added> {
  const { repository, cache, directory, signal } = workplace;
  const source = resolve(directory, word);
  if (!existsSync(source)) throw new AssayError('ASSAY_PATH_MISSING', `${word} is not there`);
  const location = placeFor(workplace, source, options);
  const path = join(repository.root, location);
  const index = await readIndex(repository, workspaceTree(repository));
  checkOverlaps(index, location);
  const known = index.byLocation.get(location);
  if (!known && options.toRemote !== true) await checkNotInGit(repository, path);
  const dataFile = known?.stage.file ?? `${location}.dvc`;
  if (options.toRemote === true) {
    const found = await storeInRemote(workplace, source, options);
    return { location, dataFile, found, changed: [writeDataFile(workplace, dataFile, location, found, options)] };
  }
  const found = await cache.add(source, { signal });
  if (options.force === true) rmSync(path, { recursive: true, force: true });
  const isExecutable = found.kind === 'file' && found.isExecutable;
  await checkoutObject(cache, { md5: found.md5, isExecutable }, path, { signal });
  const ignored = await ignoreInGit(repository, path);
  const file = writeDataFile(workplace, dataFile, location, found, options);
  return { location, dataFile, found, changed: [file, ...(ignored === undefined ? [] : [ignored])] };
}

function placeFor(workplace: Workplace, source: string, options: AddTransferOptions): string {
  const { directory, repository } = workplace;
  const out = options.out ?? relative(directory, source);
  const inFolder =
    options.out !== undefined && lstatSync(resolve(directory, out), { throwIfNoEntry: false })?.isDirectory();
  // Data outside that goes to a remote gets its name here.
  const isOutside = options.out === undefined && relative(repository.root, source).startsWith('..');
  const name = isOutside ? basename(source) : inFolder ? posix.join(out, basename(source)) : out;
  if (options.out !== undefined && options.force !== true && existsSync(resolve(directory, name))) {
    throw new AssayError('ASSAY_PATH_IN_THE_WAY', `${name} is there already`, { hint: 'Replace it with --force.' });
  }
  return trackable(workplace, name, false);
}
