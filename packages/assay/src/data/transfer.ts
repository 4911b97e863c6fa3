import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssayError } from '../errors.ts';
import type { DvcCache } from '../objects/index.ts';
import type { Remote, TransferWatch } from '../remotes/index.ts';
import { type CollectOptions, collectObjects, type NeededObject, runCacheFiles } from './collect.ts';
import { configuredRemote } from './configured-remote.ts';
import { inParallel } from './parallel-transfers.ts';
import { expandPatterns } from './tracked-data.ts';
import { shownPath, type Workplace } from './workplace.ts';

export interface TransferOptions extends CollectOptions {
  readonly remote?: string;
  readonly jobs?: number;
  readonly runCache?: boolean;
  /** Targets are patterns. */
  readonly glob?: boolean;
  readonly allowMissing?: boolean;
}

export interface Transferred {
  /** Objects that were copied; those that were there already are not counted. */
  readonly files: number;
  /** Outputs of which something is nowhere to be found. */
  readonly missing: readonly string[];
}

/**
 * Copies what targets need from the cache to their remotes. A directory's list goes last: where it is, its files are.
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`, `ASSAY_REMOTE_FAILED`
 */
export async function push(
  workplace: Workplace,
  words: readonly string[],
  options: TransferOptions = {},
): Promise<Transferred> {
  const targets = options.glob === true ? expandPatterns(workplace, words) : words;
  return pushObjects(workplace, await collectObjects(workplace, targets, { ...options, forPush: true }), options);
}

/** The same for objects that are known already. */
export async function pushObjects(
  workplace: Workplace,
  needed: readonly NeededObject[],
  options: TransferOptions = {},
): Promise<Transferred> {
  let files = 0;
  const missing = new Set<string>();
  for (const [remote, objects] of await byRemote(workplace, needed, options.remote)) {
    try {
      files += await pushTo(workplace, remote, objects, options, missing);
      if (options.runCache === true) files += await pushRuns(workplace, remote, options);
      await remote.settle();
    } finally {
      await remote.close();
    }
  }
  tellMissing(workplace, missing, options, 'in the cache');
  return { files, missing: [...missing] };
}

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

/**
 * What of the targets is only in the cache (`new`), only in the remote (`deleted`), or in neither: `status --cloud`. By the path
 * where the person sees it, files of directories each by itself; for these, lists are fetched that the cache has not.
 */
export async function cloudStatus(
  workplace: Workplace,
  words: readonly string[],
  options: TransferOptions = {},
): Promise<Readonly<Record<string, 'new' | 'deleted' | 'missing'>>> {
  const { cache } = workplace;
  const needed = await collectObjects(workplace, words, { ...options, forPush: true });
  const result: Record<string, 'new' | 'deleted' | 'missing'> = {};
  for (const [remote, objects] of await byRemote(workplace, needed, options.remote)) {
    try {
      await receiveLists(workplace, remote, objects, options, new Set());
      const all = objects.flatMap((one) => [one, ...filesOf(workplace, one)]);
      const present = await remote.existing(
        all.map((one) => keyOf(one.md5, one.legacy)),
        workplace,
      );
      for (const { md5, legacy, location } of all) {
        const here = cache.has(md5, legacy);
        const there = present.has(keyOf(md5, legacy));
        if (here !== there) result[shownPath(workplace, location)] = here ? 'new' : 'deleted';
        else if (!here) result[shownPath(workplace, location)] = 'missing';
      }
    } finally {
      await remote.close();
    }
  }
  return result;
}

function filesOf({ cache }: Workplace, { md5, legacy, only, location }: NeededObject) {
  if (!md5.endsWith('.dir') || !cache.has(md5, legacy)) return [];
  return cache
    .directory(md5, legacy)
    .filter(({ path }) => isWithin(path, only))
    .map((entry) => ({ md5: entry.md5, legacy, location: `${location}/${entry.path}` }));
}

/** Which of some objects their remotes have not: each its own, or the one that is named, or the default one. */
export async function lacking<
  T extends { readonly md5: string; readonly legacy: boolean; readonly remote: string | undefined },
>(workplace: Workplace, objects: readonly T[], named: string | undefined): Promise<readonly T[]> {
  const result: T[] = [];
  for (const [remote, mine] of await byRemote(workplace, objects, named)) {
    try {
      const present = await remote.existing(
        mine.map((one) => keyOf(one.md5, one.legacy)),
        workplace,
      );
      result.push(...mine.filter((one) => !present.has(keyOf(one.md5, one.legacy))));
    } finally {
      await remote.close();
    }
  }
  return result;
}

/** DVC's layout, the same in caches and remotes. */
function keyOf(md5: string, legacy: boolean): string {
  return `${legacy ? '' : 'files/md5/'}${md5.slice(0, 2)}/${md5.slice(2)}`;
}

async function pushTo(
  workplace: Workplace,
  remote: Remote,
  objects: readonly NeededObject[],
  options: TransferOptions,
  missing: Set<string>,
): Promise<number> {
  const { cache } = workplace;
  const tops = await remote.existing(
    objects.map((one) => keyOf(one.md5, one.legacy)),
    workplace,
  );
  const files = new Map<string, { readonly md5: string; readonly legacy: boolean }>();
  const lists = new Map<string, { readonly md5: string; readonly legacy: boolean }>();
  for (const { md5, legacy, only, location } of objects) {
    // The list is uploaded after its files: where it is, they are.
    if (tops.has(keyOf(md5, legacy))) continue;
    if (!cache.has(md5, legacy)) {
      missing.add(location);
      continue;
    }
    if (!md5.endsWith('.dir')) {
      files.set(keyOf(md5, legacy), { md5, legacy });
      continue;
    }
    const entries = cache.directory(md5, legacy).filter(({ path }) => isWithin(path, only));
    const listing = cache.listing(legacy);
    for (const entry of entries) {
      if (listing.has(entry.md5)) files.set(keyOf(entry.md5, legacy), { md5: entry.md5, legacy });
      else missing.add(location);
    }
    if (only === undefined && !missing.has(location)) lists.set(keyOf(md5, legacy), { md5, legacy });
  }
  const standing = await remote.existing([...files.keys()], workplace);
  const open = [...files].filter(([key]) => !standing.has(key));
  const upload = async ([key, { md5, legacy }]: (typeof open)[number], watch: TransferWatch) =>
    remote.upload(cache.pathOf(md5, legacy), key, watch);
  const totalBytes = sizeOfFew(open.map(([, { md5, legacy }]) => cache.pathOf(md5, legacy)));
  const plan = { jobs: options.jobs, label: `pushing to ${remote.name}`, totalBytes };
  await inParallel(workplace, remote, open, plan, upload);
  if (lists.size > 0) await remote.settle();
  await inParallel(workplace, remote, [...lists], { ...plan, totalBytes: undefined }, upload);
  return open.length + lists.size;
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
async function receiveLists(
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

async function pushRuns(workplace: Workplace, remote: Remote, options: TransferOptions): Promise<number> {
  const files = runCacheFiles(workplace);
  const standing = await remote.existing(files, workplace);
  const open = files.filter((file) => !standing.has(file));
  const upload = (file: string, watch: TransferWatch) => remote.upload(join(workplace.cache.root, file), file, watch);
  await inParallel(
    workplace,
    remote,
    open,
    { jobs: options.jobs, label: 'pushing runs', totalBytes: undefined },
    upload,
  );
  return open.length;
}

async function fetchRuns(workplace: Workplace, remote: Remote, options: TransferOptions): Promise<number> {
  const open: string[] = [];
  for await (const { key } of remote.list('runs/', workplace)) {
    const known = /^runs\/[0-9a-f]{2}\/[0-9a-f]{64}\/[0-9a-f]{64}$/.test(key);
    if (known && !existsSync(join(workplace.cache.root, key))) open.push(key);
  }
  const download = async (key: string, watch: TransferWatch) => {
    const file = join(workplace.cache.root, key);
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      await remote.download(key, temporary, watch);
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  };
  const plan = { jobs: options.jobs, label: 'fetching runs', totalBytes: undefined };
  await inParallel(workplace, remote, open, plan, download);
  return open.length;
}

async function byRemote<T extends { readonly remote: string | undefined }>(
  workplace: Workplace,
  objects: readonly T[],
  named: string | undefined,
): Promise<readonly (readonly [Remote, readonly T[]])[]> {
  const { config } = workplace.repository;
  // Without a name it is refused when it is opened.
  const groups = new Map<string | undefined, T[]>();
  const standard = named ?? config.defaultRemote();
  for (const object of objects) {
    // An output's own remote counts, unless another one is asked for.
    if (named !== undefined && object.remote !== undefined && object.remote !== named) continue;
    const name = object.remote ?? standard;
    const group = groups.get(name);
    if (group) group.push(object);
    else groups.set(name, [object]);
  }
  if (groups.size === 0 && standard !== undefined) groups.set(standard, []);
  const opened: (readonly [Remote, readonly T[]])[] = [];
  for (const [name, list] of groups) opened.push([await configuredRemote(workplace, name), list]);
  return opened;
}

/** So many that asking for each one's size would take longer than it is worth. */
const many = 2000;

function sizeOfFew(files: readonly string[]): number | undefined {
  if (files.length > many) return undefined;
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function isWithin(path: string, only: string | undefined): boolean {
  return only === undefined || path === only || path.startsWith(`${only}/`);
}

/** As DVC has it, what is nowhere to be found does not make a transfer fail. */
function tellMissing(
  workplace: Workplace,
  missing: ReadonlySet<string>,
  options: TransferOptions,
  where: string,
): void {
  if (missing.size > 0 && options.allowMissing !== true) {
    workplace.onNote?.(`Warning: not ${where}, and left out: ${[...missing].join(', ')}`);
  }
}
