import { isAbsolute, join, posix } from 'node:path';
import {
  collectObjects,
  expandPatterns,
  fetch,
  isAbsent,
  type NeededObject,
  type TransferOptions,
  type Transferred,
  type Workplace,
} from '../data/index.ts';
import type { DepEntry, TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { DvcCache } from '../objects/index.ts';
import { withoutSecrets } from '../remotes/index.ts';
import type { Given } from './given-settings.ts';
import type { BringOptions, WantedObject } from './objects.ts';
import { fetchPartialImports } from './partial.ts';
import { openSource, type Source } from './source.ts';
import { takeIntoCache } from './take.ts';
import type { Visit } from './visit.ts';

export type ImportedFrom = NonNullable<DepEntry['repo']>;

/** What a `.dvc` file says of the settings to use in the repository that it imports from. */
function givenBy(repo: ImportedFrom): Given {
  const { config, remote } = repo;
  return {
    ...(config === undefined ? {} : { config }),
    ...(typeof remote === 'string' ? { remote } : {}),
    ...(typeof remote === 'object' && remote !== null
      ? { remoteConfig: Object.fromEntries(Object.entries(remote).map(([name, value]) => [name, String(value)])) }
      : {}),
  };
}

/**
 * Opens the repository that a stage imports from.
 * @param root of the repository that has the stage
 * @param rev the locked one unless told; an empty one for the newest
 */
export async function openImported(
  stage: Pick<TrackedStage, 'file'>,
  repo: ImportedFrom,
  root: string,
  visit: Visit,
  rev: string | undefined = repo.revLock ?? repo.rev,
): Promise<Source> {
  const bases = [join(root, posix.dirname(stage.file)), root];
  return openSource(repo.url, visit, { ...(rev ? { rev } : {}), given: givenBy(repo), bases });
}

/** Brings objects that another repository imported itself, from where it has them. */
export async function bringImported(
  wanted: readonly WantedObject[],
  into: DvcCache,
  visit: Visit,
  options: BringOptions,
): Promise<void> {
  const depth = (options.depth ?? 0) + 1;
  const stages = new Map<TrackedStage, WantedObject[]>();
  for (const one of wanted) stages.set(one.target.stage, [...(stages.get(one.target.stage) ?? []), one]);
  for (const [stage, objects] of stages) {
    const dep = stage.deps[0];
    if (!dep?.repo) continue;
    if (depth > 8) {
      throw new AssayError(
        'ASSAY_ACCESS_DEPTH',
        `${stage.file} is an import of an import, and so on, more than 8 times`,
        {
          hint: 'Import from the first of these repositories.',
        },
      );
    }
    const { repository, cache } = objects[0]!.source;
    if (cache === undefined) checkForeign(dep.repo.url, stage.file);
    const source = await openImported(stage, dep.repo, repository.root, visit);
    try {
      const whole = objects.some(({ inner }) => inner === '');
      const inner = new Set(objects.map((one) => one.inner));
      const only = whole ? {} : { only: (path: string) => inner.has(path) };
      await takeIntoCache(source, dep.path, withoutSecrets(dep.repo.url), into, { ...options, ...only, depth });
    } finally {
      await source.close();
    }
  }
}

/** A repository from elsewhere has no say over folders of this machine. @throws AssayError `ASSAY_ACCESS_FOREIGN_PATH` */
function checkForeign(url: string, file: string): void {
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(url) && !/^file:/i.test(url)) return;
  if (/^[^/]+@[^/:]+:/.test(url) && !isAbsolute(url)) return;
  throw new AssayError(
    'ASSAY_ACCESS_FOREIGN_PATH',
    `${file} of that repository imports from ${url}, a folder of this machine`,
    {
      hint: 'Its data has to be in its own remote: push it there.',
    },
  );
}

/**
 * Brings what imports need from the repositories that they were imported from, then everything else from this repository's remotes.
 * @throws AssayError those of `fetch`, and of opening other repositories
 */
export async function fetchAll(
  workplace: Workplace,
  words: readonly string[],
  options: TransferOptions = {},
): Promise<Transferred> {
  const { cache } = workplace;
  const targets = options.glob === true ? expandPatterns(workplace, words) : words;
  const needed = await collectObjects(workplace, targets, options);
  const imported = needed.filter((one) => one.importedBy && isAbsent(cache, one));
  let files = 0;
  for (const one of imported) {
    try {
      files += await fetchImported(workplace, one, options);
    } catch (error) {
      // The other repository may be gone, and a remote of this one have its data.
      if (!(error instanceof AssayError) || workplace.repository.config.defaultRemote() === undefined) throw error;
      workplace.onNote?.(`${one.location}: ${error.message}; looking in the remote.`);
    }
  }
  files += await fetchPartialImports(workplace, targets, options);
  const rest = await fetch(workplace, words, options);
  return { files: files + rest.files, missing: rest.missing };
}

async function fetchImported(workplace: Workplace, needed: NeededObject, options: TransferOptions): Promise<number> {
  const { cache, repository } = workplace;
  const stage = needed.importedBy!;
  const dep = stage.deps[0]!;
  const { md5, legacy, only } = needed;
  const before = cache.has(md5, legacy) ? cache.missing(md5, legacy).length : 0;
  const source = await openImported(stage, dep.repo!, repository.root, workplace);
  try {
    const part = only === undefined ? {} : { only: (path: string) => path === only || path.startsWith(`${only}/`) };
    const jobs = options.jobs === undefined ? {} : { jobs: options.jobs };
    const taken = await takeIntoCache(source, dep.path, withoutSecrets(dep.repo!.url), cache, { ...part, ...jobs });
    return before > 0 ? before - cache.missing(md5, legacy).length : taken.files;
  } finally {
    await source.close();
  }
}
