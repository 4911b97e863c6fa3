import { copyFileSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { openCache } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { DvcCache } from '../objects/index.ts';
import { withoutSecrets } from '../remotes/index.ts';
import { bringObjects } from './objects.ts';
import { openSource, type Source, type SourceOptions } from './source.ts';
import { sourcePath } from './source-path.ts';
import { contentAt, isTracking, type SourceContent, type SourceFile } from './source-walk.ts';
import { wantedOf } from './take.ts';
import type { Visit } from './visit.ts';

export interface GetOptions extends SourceOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly jobs?: number;
}

/**
 * Copies a file or folder of another repository to a place, which then holds all of it; broken off, nothing is there.
 * @returns where, and how many files
 * @throws AssayError `ASSAY_ACCESS_EXISTS`, `ASSAY_ACCESS_NO_PATH`, `ASSAY_ACCESS_MISSING`, and those of `openSource`
 */
export async function getPath(
  url: string,
  path: string,
  visit: Visit,
  options: GetOptions = {},
): Promise<{ readonly out: string; readonly files: number }> {
  const out = outputPlace(path, options.out, visit.directory, options.force === true);
  if (isTracking(basename(out))) {
    throw new AssayError('ASSAY_ACCESS_EXISTS', `${out} is the name of a tracking file`, {
      hint: 'Name data, not the .dvc file; or another place with -o.',
    });
  }
  const source = await openSource(url, visit, options);
  try {
    const place = withoutSecrets(url);
    const content = await contentAt(source.files, sourcePath(source, path), place);
    await copyOut(source, content, place, out, visit, options);
    return { out, files: content.files.length };
  } finally {
    await source.close();
  }
}

/**
 * Where something is to go: the place named, or into it when it is a folder; under its own name without one.
 * @throws AssayError `ASSAY_ACCESS_EXISTS`
 */
export function outputPlace(path: string, out: string | undefined, directory: string, force: boolean): string {
  const name = posix.basename(posix.normalize(path));
  const named = out === undefined ? undefined : resolve(directory, out);
  const isFolder = named !== undefined && statSync(named, { throwIfNoEntry: false })?.isDirectory() === true;
  const place = named === undefined ? resolve(directory, name) : isFolder ? join(named, name) : named;
  if (!force && lstatSync(place, { throwIfNoEntry: false })) {
    throw new AssayError('ASSAY_ACCESS_EXISTS', `${place} is there already`, {
      hint: 'Name another place with -o, or replace it with --force.',
    });
  }
  return place;
}

async function copyOut(
  source: Source,
  content: SourceContent,
  place: string,
  out: string,
  visit: Visit,
  options: GetOptions,
): Promise<void> {
  const staging = join(dirname(out), `.${basename(out)}.${process.pid}.assay`);
  const temporary = new DvcCache({
    root: join(staging, 'cache'),
    temporary: join(staging, 'tmp'),
    snapshots: join(staging, 'tmp'),
    links: ['copy'],
    shared: false,
  });
  mkdirSync(staging, { recursive: true });
  try {
    const near = nearCaches();
    const wanted = content.files.flatMap((file) => wantedOf(file, place));
    const lacking = wanted.filter((one) => !near(one.source)?.has(one.md5, one.legacy));
    await bringObjects(lacking, temporary, visit, options.jobs === undefined ? {} : { jobs: options.jobs });
    const data = join(staging, 'data');
    if (content.kind === 'folder') mkdirSync(data);
    let done = 0;
    for (const file of content.files) {
      visit.signal.throwIfAborted();
      const target = file.path === '' ? data : join(data, file.path);
      mkdirSync(dirname(target), { recursive: true });
      await writeFile(source, file, place, target, (one) => {
        const cache = near(one.source);
        return cache?.has(one.md5, one.legacy) === true ? cache : temporary;
      });
      visit.onProgress?.('copying', ++done, content.files.length);
    }
    if (existsSync(out)) rmSync(out, { recursive: true, force: true });
    renameSync(data, out);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** The caches of repositories that lie on this machine. */
function nearCaches() {
  const known = new Map<object, DvcCache | undefined>();
  return (source: ReturnType<typeof wantedOf>[number]['source']): DvcCache | undefined => {
    if (!known.has(source)) known.set(source, source.cache === undefined ? undefined : openCache(source.repository));
    return known.get(source);
  };
}

async function writeFile(
  source: Source,
  file: SourceFile,
  place: string,
  target: string,
  cacheOf: (one: ReturnType<typeof wantedOf>[number]) => DvcCache,
): Promise<void> {
  const [wanted] = wantedOf(file, place);
  if (wanted === undefined) await source.files.plain.copy(file.at, target);
  else copyFileSync(cacheOf(wanted).pathOf(wanted.md5, wanted.legacy), target);
  await chmod(target, 0o666 & ~process.umask());
}
