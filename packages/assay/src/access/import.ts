import { join } from 'node:path';
import type { Workplace } from '../data/index.ts';
import type { DataFile, DepEntry, Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { checkoutObject, type Found } from '../objects/index.ts';
import { withoutSecrets } from '../remotes/index.ts';
import { outputPlace } from './get.ts';
import type { Given } from './given-settings.ts';
import { type ImportFile, importFileAt, newImport, withFound, writeImport } from './import-file.ts';
import { openSource, type Source, type SourceOptions } from './source.ts';
import { sourcePath } from './source-path.ts';
import { takeIntoCache } from './take.ts';

export interface ImportOptions extends SourceOptions {
  readonly out?: string;
  readonly force?: boolean;
  /** Only writes the file; what is there is not even looked at. */
  readonly noExec?: boolean;
  /** Asks for the revision, and leaves the data where it is. */
  readonly noDownload?: boolean;
  readonly jobs?: number;
}

export interface Imported extends ImportFile {
  /** Files that git should be told of, absolute. */
  readonly changed: readonly string[];
}

/**
 * Copies data of another repository into this one, and remembers where it is from in a `.dvc` file.
 * @throws AssayError those of `openSource`, of taking and of checking out; `ASSAY_ACCESS_EXISTS`, `ASSAY_DVC_OVERLAP`
 */
export async function importPath(
  workplace: Workplace,
  url: string,
  path: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const target = await importFileAt(
    workplace,
    outputPlace(path, options.out, workplace.directory, options.force === true),
  );
  const { rev, given = {} } = options;
  const repo = {
    url,
    ...(rev === undefined ? {} : { rev }),
    ...rememberedSettings(given),
  };
  const data = newImport({ path, checksum: undefined, repo }, target.location);
  if (options.noExec === true) {
    const changed = await writeImport(workplace, target, data, { checksumOf: undefined, edit: false });
    return { ...target, changed };
  }
  const source = await openSource(url, workplace, options);
  try {
    const locked = withLock(data, source);
    const found =
      options.noDownload === true
        ? undefined
        : await bringData(workplace, source, path, url, target.location, { ...options, force: options.force === true });
    const next = withFound(locked, found);
    const changed = await writeImport(workplace, target, next, { checksumOf: next, edit: false });
    return { ...target, changed };
  } finally {
    await source.close();
  }
}

/**
 * As a `.dvc` file has them: options of a remote that is named go into a config of their own.
 * @throws AssayError `ASSAY_CLI_VALUE`
 */
function rememberedSettings({ config, remote, remoteConfig }: Given): { readonly [key: string]: Value } {
  if (remote === undefined || remoteConfig === undefined) {
    const named = remote ?? remoteConfig;
    return { ...(config === undefined ? {} : { config }), ...(named === undefined ? {} : { remote: named }) };
  }
  if (config !== undefined) {
    throw new AssayError('ASSAY_CLI_VALUE', '--config, --remote and --remote-config do not go together', {
      hint: 'Write the options of the remote into the config.',
    });
  }
  return { config: { core: { remote }, remote: { [remote]: remoteConfig } } };
}

/** With the commit that the data is from. */
export function withLock(data: DataFile, { commit }: Source): DataFile {
  const [dep, ...rest] = data.deps;
  if (!dep?.repo) return data;
  const { revLock: _old, ...repo } = dep.repo;
  const next: DepEntry = { ...dep, repo: { ...repo, ...(commit === undefined ? {} : { revLock: commit }) } };
  return { ...data, deps: [next, ...rest] };
}

/** Puts what is at a path of the source into the cache, and from there to its place. */
export async function bringData(
  workplace: Workplace,
  source: Source,
  path: string,
  url: string,
  location: string,
  options: { readonly jobs?: number; readonly force: boolean },
): Promise<Found> {
  const { cache, repository, signal, onProgress } = workplace;
  const jobs = options.jobs === undefined ? {} : { jobs: options.jobs };
  const taken = await takeIntoCache(source, sourcePath(source, path), withoutSecrets(url), cache, jobs);
  const place = join(repository.root, location);
  const progress = (done: number, total?: number) => onProgress?.(location, done, total);
  await checkoutObject(cache, { md5: taken.md5 }, place, { force: options.force, signal, onProgress: progress });
  return cache.add(place, { signal });
}
