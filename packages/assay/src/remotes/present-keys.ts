import { askAgain } from './again.ts';
import type { ListedObject, RemoteKey, TransferWatch } from './remote.ts';
import { sideBySide } from './side-by-side.ts';

/** What a page of a listing costs, in questions for one key. */
const pageCost = 8;
const hexDigits = '0123456789abcdef';

export interface Questions {
  /** How many at a time. */
  readonly parallel: number;
  /** Keys that one page of a listing holds. */
  readonly page: number;
  readonly watch: TransferWatch;
  has(key: RemoteKey): Promise<boolean>;
  list(prefix: string): AsyncIterable<ListedObject>;
}

/**
 * Which of the keys there are, in a store of one flat listing. Keys are hashes, so they lie evenly: one 256th of the store, listed
 * first, tells how many there are, and so whether listing all of it, in sixteen parts, is less work than asking for each key.
 */
export async function presentByListing(keys: readonly RemoteKey[], ask: Questions): Promise<ReadonlySet<RemoteKey>> {
  const found = new Set<RemoteKey>();
  const roots = new Map<string, RemoteKey[]>();
  for (const key of keys) {
    const root = /^(.*?)[0-9a-f]{2}\//.exec(key)?.[1] ?? key;
    const group = roots.get(root);
    if (group) group.push(key);
    else roots.set(root, [key]);
  }
  for (const [root, group] of roots) {
    if (await isListingLess(root, group, ask)) {
      const wanted = new Set(group);
      await sideBySide([...hexDigits], ask.parallel, async (digit) => {
        await askAgain(async () => {
          for await (const { key } of ask.list(root + digit)) if (wanted.has(key)) found.add(key);
        }, ask.watch);
      });
      continue;
    }
    await sideBySide(group, ask.parallel, async (key) => {
      if (await askAgain(() => ask.has(key), ask.watch)) found.add(key);
    });
  }
  return found;
}

async function isListingLess(root: string, keys: readonly RemoteKey[], ask: Questions): Promise<boolean> {
  const most = keys.length / pageCost;
  if (most < hexDigits.length) return false;
  let sample = 0;
  for await (const _ of ask.list(keys[0]!.slice(0, root.length + 2))) {
    sample++;
    if ((sample * 256) / ask.page > most) return false;
  }
  return true;
}

/** Which of the keys there are, in a store of folders: a folder that holds several is listed. */
export async function presentByFolder(
  keys: readonly RemoteKey[],
  parallel: number,
  has: (key: RemoteKey) => Promise<boolean>,
  namesIn: (folder: string) => Promise<ReadonlySet<string>>,
): Promise<ReadonlySet<RemoteKey>> {
  const folders = new Map<string, RemoteKey[]>();
  for (const key of keys) {
    const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')));
    const group = folders.get(folder);
    if (group) group.push(key);
    else folders.set(folder, [key]);
  }
  const found = new Set<RemoteKey>();
  await sideBySide([...folders], parallel, async ([folder, group]) => {
    if (group.length < 4) {
      for (const key of group) if (await has(key)) found.add(key);
      return;
    }
    const names = await namesIn(folder);
    for (const key of group) if (names.has(key.slice(folder.length + 1))) found.add(key);
  });
  return found;
}
