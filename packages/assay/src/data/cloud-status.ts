import { collectObjects, type NeededObject } from './collect.ts';
import { receiveLists } from './fetch.ts';
import { byRemote, isWithin, keyOf, type TransferOptions } from './transfer.ts';
import { shownPath, type Workplace } from './workplace.ts';

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
  const needed = await collectObjects(workplace, words, { ...options, forPush: true, each: true });
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
