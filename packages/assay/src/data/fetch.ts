import { AssayError } from '../errors.ts';
import type { DvcCache } from '../objects/index.ts';
import type { Remote, TransferWatch } from '../remotes/index.ts';
import { collectObjects, type NeededObject } from './collect.ts';
import { inParallel } from './parallel-transfers.ts';
import { fetchRuns } from './run-transfers.ts';
import { expandPatterns } from './tracked-data.ts';
import { byRemote, isWithin, keyOf, type TransferOptions, type Transferred, tellMissing } from './transfer.ts';
import type { Workplace } from './workplace.ts';

/**
 * Brings what targets need from their remotes into the cache; each object is verified before it has its name there.
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`, `ASSAY_REMOTE_FAILED`
 */
export async function fetch(
  workplace: Workplace,
  words: readonly string[],
  options: TransferOptions = {},
): Promise<Transferred> {
  const targets = options.glob === true ? expandPatterns(workplace, words) : words;
  return fetchObjects(workplace, await collectObjects(workplace, targets, options), options);
}

/** The same for objects that are known already; the remotes are those of the workplace's repository. */
export async function fetchObjects(
  workplace: Workplace,
  needed: readonly NeededObject[],
  options: TransferOptions = {},
): Promise<Transferred> {
  const { cache } = workplace;
  const absent = needed.filter((one) => isAbsent(cache, one));
  let files = 0;
  const missing = new Set<string>();
  if (absent.length === 0 && options.runCache !== true) return { files, missing: [] };
  for (const [remote, objects] of await byRemote(workplace, absent, options.remote)) {
    try {
      files += await fetchFrom(workplace, remote, objects, options, missing);
      if (options.runCache === true) files += await fetchRuns(workplace, remote, options);
    } finally {
      await remote.close();
    }
  }
  tellMissing(workplace, missing, options, 'in the remote');
  return { files, missing: [...missing] };
}

/** Whether the cache lacks something of what is needed: of a directory, of the part that is asked for. */
export function isAbsent(cache: DvcCache, { md5, legacy, only }: NeededObject): boolean {
  if (only === undefined || !cache.has(md5, legacy)) return cache.missing(md5, legacy).length > 0;
  return cache.directory(md5, legacy).some((entry) => isWithin(entry.path, only) && !cache.has(entry.md5, legacy));
}

/** Brings lists of directories into the cache, without the files that they name; those that no remote has are passed over. */
export async function fetchLists(
  workplace: Workplace,
  lists: readonly NeededObject[],
  remote: string | undefined,
): Promise<void> {
  for (const [opened, objects] of await byRemote(workplace, lists, remote)) {
    try {
      await receiveLists(workplace, opened, objects, {}, new Set());
    } finally {
      await opened.close();
    }
  }
}

/** Brings objects from one remote; outputs of which it lacks something are added to `missing`. @returns how many came */
export async function fetchFrom(
  workplace: Workplace,
  remote: Remote,
  objects: readonly NeededObject[],
  options: TransferOptions,
  missing: Set<string>,
): Promise<number> {
  const { cache } = workplace;
  let count = await receiveLists(workplace, remote, objects, options, missing);
  for (const legacy of [false, true]) {
    const mine = objects.filter((one) => one.legacy === legacy);
    const files = new Map<string, Wanted>();
    for (const one of mine) {
      const { md5, only, location } = one;
      if (!md5.endsWith('.dir')) {
        if (!cache.has(md5, legacy)) files.set(md5, one);
      } else if (cache.has(md5, legacy)) {
        const listing = cache.listing(legacy);
        for (const entry of cache.directory(md5, legacy)) {
          if (!isWithin(entry.path, only) || listing.has(entry.md5)) continue;
          files.set(entry.md5, { location, size: undefined });
        }
      }
    }
    count += await receive(workplace, remote, { wanted: files, legacy }, options, missing);
  }
  return count;
}

/** The lists of directories that the cache has not. */
export async function receiveLists(
  workplace: Workplace,
  remote: Remote,
  objects: readonly NeededObject[],
  options: TransferOptions,
  missing: Set<string>,
): Promise<number> {
  let count = 0;
  for (const legacy of [false, true]) {
    const lists = objects.filter(
      (one) => one.legacy === legacy && one.md5.endsWith('.dir') && !workplace.cache.has(one.md5, legacy),
    );
    const wanted = new Map(lists.map((one) => [one.md5, one]));
    count += await receive(workplace, remote, { wanted, legacy }, options, missing);
  }
  return count;
}

type Wanted = Pick<NeededObject, 'location' | 'size'>;

/** Downloads objects, each verified before it has its name. @returns how many came */
async function receive(
  workplace: Workplace,
  remote: Remote,
  { wanted, legacy }: { readonly wanted: ReadonlyMap<string, Wanted>; readonly legacy: boolean },
  options: TransferOptions,
  missing: Set<string>,
): Promise<number> {
  if (wanted.size === 0) return 0;
  let count = 0;
  const batch = workplace.cache.receiving();
  const download = async ([md5, { location }]: readonly [string, Wanted], watch: TransferWatch) => {
    const key = keyOf(md5, legacy);
    const get = async () => {
      await remote.download(key, batch.arrivingPath(md5), watch);
      await batch.received(md5, `${remote.name}: ${key}`, legacy);
    };
    try {
      // What was left of an earlier download may be damaged, or what came now: the second time all of it comes anew.
      await get().catch((error: unknown) => {
        if (error instanceof AssayError && error.code === 'ASSAY_OBJECT_DAMAGED') return get();
        throw error;
      });
      count++;
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'ASSAY_REMOTE_MISSING')) throw error;
      missing.add(location);
    }
  };
  const sizes = [...wanted.values()].map(({ size }) => size);
  const totalBytes = sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
  try {
    const plan = { jobs: options.jobs, label: `fetching from ${remote.name}`, totalBytes };
    await inParallel(workplace, remote, [...wanted], plan, download);
    await batch.commit(legacy);
  } catch (error) {
    // What came whole is kept, and what came in part as well: the next fetch goes on from there.
    await batch.commit(legacy).catch(() => {});
    batch.leave();
    throw error;
  } finally {
    await batch.end();
  }
  return count;
}
