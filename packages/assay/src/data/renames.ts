import { byCodePoint } from '../dvc/index.ts';

/**
 * Takes out of two lists what is the same bytes under another name: in order of the names, the first that came with the first that
 * went. Folders and the files in them count each for themselves.
 */
export function takeRenames<T extends { readonly path: string; readonly hash: string }>(
  added: T[],
  deleted: T[],
): readonly { readonly old: T; readonly new: T }[] {
  const gone = new Map<string, T[]>();
  for (const one of inOrder(deleted)) gone.set(one.hash, [...(gone.get(one.hash) ?? []), one]);
  const renamed: { old: T; new: T }[] = [];
  const used = new Set<T>();
  for (const one of inOrder(added)) {
    const old = gone.get(one.hash)?.shift();
    if (old === undefined) continue;
    renamed.push({ old, new: one });
    used.add(old).add(one);
  }
  for (const list of [added, deleted]) list.splice(0, list.length, ...list.filter((one) => !used.has(one)));
  return renamed;
}

/** Part by part, as DVC's keys are ordered. */
function inOrder<T extends { readonly path: string }>(list: readonly T[]): readonly T[] {
  const key = (one: T) => one.path.replace(/\/$/, '').replaceAll('/', '\0');
  return [...list].sort((a, b) => byCodePoint(key(a), key(b)));
}
