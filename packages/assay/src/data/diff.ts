import { byCodePoint, type TrackedOut, type Value } from '../dvc/index.ts';
import type { DirectoryEntry } from '../objects/index.ts';
import { type AtRevision, atRevision } from './at-revision.ts';
import { isLegacy, scanEntry } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

export interface DiffEntry {
  readonly path: string | { readonly old: string; readonly new: string };
  readonly hash: string | { readonly old: string | null; readonly new: string | null } | null;
}

/** In DVC's order and words; folders end in `/`. Empty when nothing differs. */
export type DataDiff = Readonly<Record<string, readonly DiffEntry[]>>;

/**
 * What tracked data was added, deleted, modified or renamed between two revisions.
 * @param to a revision, or undefined for the workspace, of which it is also told what is not in the cache
 */
export async function diffData(
  workplace: Workplace,
  from: string,
  to: string | undefined,
  targets: readonly string[] = [],
): Promise<DataDiff> {
  const before = await atRevision(workplace, from);
  const after = to === undefined ? await atRevision(workplace, 'workspace') : await atRevision(workplace, to);
  const wanted = (path: string) =>
    targets.length === 0 || targets.some((target) => path === target || path.startsWith(`${target}/`));
  const old = await entriesAt(workplace, before, wanted);
  const now = await entriesAt(workplace, after, wanted);
  await before.tree.close();
  await after.tree.close();
  const added: DiffEntry[] = [];
  const deleted: DiffEntry[] = [];
  const modified: DiffEntry[] = [];
  const missing: DiffEntry[] = [];
  for (const [path, entry] of old.entries) {
    const next = now.entries.get(path);
    if (next === undefined) {
      // Inside of a folder whose list is not known, nothing can be said.
      if (!isUnknown(path, now.unknown)) deleted.push({ path, hash: entry });
    } else if (next !== entry) modified.push({ path, hash: { old: entry, new: next } });
    if (to === undefined && !workplace.cache.has(entry, old.legacy.has(path))) missing.push({ path, hash: entry });
  }
  for (const [path, entry] of now.entries) {
    if (!old.entries.has(path) && !isUnknown(path, old.unknown)) added.push({ path, hash: entry });
  }
  const renamed = takeRenames(added, deleted);
  const all = { added, deleted, modified, renamed, 'not in cache': missing };
  if (Object.values(all).every((list) => list.length === 0)) return {};
  const place = ({ path }: DiffEntry) => (typeof path === 'string' ? path : path.old);
  const sorted = (list: readonly DiffEntry[]) => [...list].sort((a, b) => byCodePoint(place(a), place(b)));
  return Object.fromEntries(Object.entries(all).map(([kind, list]) => [kind, sorted(list)]));
}

/** A file that went from one name to another; folders keep both. */
function takeRenames(added: DiffEntry[], deleted: DiffEntry[]): DiffEntry[] {
  const renamed: DiffEntry[] = [];
  const byHash = new Map<string, DiffEntry[]>();
  for (const one of added) {
    const key = String(one.hash);
    byHash.set(key, [...(byHash.get(key) ?? []), one]);
  }
  for (const old of [...deleted]) {
    const match = byHash.get(String(old.hash))?.shift();
    if (!match) continue;
    renamed.push({ path: { old: String(old.path), new: String(match.path) }, hash: old.hash });
    added.splice(added.indexOf(match), 1);
    deleted.splice(deleted.indexOf(old), 1);
  }
  return renamed;
}

async function entriesAt(workplace: Workplace, at: AtRevision, wanted: (path: string) => boolean) {
  const entries = new Map<string, string>();
  const legacy = new Set<string>();
  const unknown: string[] = [];
  const put = (path: string, md5: string, isOld: boolean) => {
    if (!wanted(path.replace(/\/$/, ''))) return;
    entries.set(path, md5);
    if (isOld) legacy.add(path);
  };
  for (const { out } of at.index.outs) {
    if (!out.cache || out.checksum?.kind === 'etag' || out.checksum?.kind === 'checksum') continue;
    const content = at.tree.rev === undefined ? await inWorkspace(workplace, out) : inCache(workplace, out);
    if (!content) continue;
    const { md5, files } = content;
    const old = isLegacy(out);
    put(files || md5.endsWith('.dir') ? `${out.location}/` : out.location, md5, old);
    if (files) for (const file of files) put(`${out.location}/${file.path}`, file.md5, old);
    else if (md5.endsWith('.dir')) unknown.push(`${out.location}/`);
  }
  return { entries, legacy, unknown };
}

async function inWorkspace(workplace: Workplace, out: TrackedOut) {
  const found = await scanEntry(workplace, out);
  if (!found) return undefined;
  return { md5: found.md5, files: found.kind === 'directory' ? found.entries : undefined };
}

function inCache(
  { cache }: Workplace,
  out: TrackedOut,
): { readonly md5: string; readonly files: readonly DirectoryEntry[] | undefined } | undefined {
  const md5 = out.checksum?.value;
  if (md5 === undefined) return undefined;
  const listed = md5.endsWith('.dir') && cache.has(md5, isLegacy(out));
  return { md5, files: listed ? cache.directory(md5, isLegacy(out)) : undefined };
}

function isUnknown(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder) && path !== folder);
}

/** As a value, for JSON; without hashes unless they are asked for. */
export function diffValue(diff: DataDiff, showHash: boolean): Value {
  return Object.fromEntries(
    Object.entries(diff).map(([kind, list]) => [
      kind,
      list.map(({ path, hash }): Value => (showHash ? { path, hash } : { path })),
    ]),
  );
}
