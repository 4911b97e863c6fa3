import { statSync } from 'node:fs';
import type { Remote, TransferWatch } from '../remotes/index.ts';
import { collectObjects, type NeededObject } from './collect.ts';
import { inParallel } from './parallel-transfers.ts';
import { pushRuns } from './run-transfers.ts';
import { expandPatterns } from './tracked-data.ts';
import { byRemote, isWithin, keyOf, type TransferOptions, type Transferred, tellMissing } from './transfer.ts';
import type { Workplace } from './workplace.ts';

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

/** So many that asking for each one's size would take longer than it is worth. */
const many = 2000;

function sizeOfFew(files: readonly string[]): number | undefined {
  if (files.length > many) return undefined;
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
