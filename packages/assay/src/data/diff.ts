import { setImmediate } from 'node:timers/promises';
import { byCodePoint, isUnborn, type RepositoryIndex, type TrackedOut, type Value } from '../dvc/index.ts';
import type { DirectoryEntry, Found } from '../objects/index.ts';
import { atRevision } from './at-revision.ts';
import { takeRenames } from './renames.ts';
import { isLegacy, scanEntry } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

export interface DiffEntry {
  readonly path: string | { readonly old: string; readonly new: string };
  readonly hash: string | { readonly old: string | null; readonly new: string | null } | null;
}

/** In DVC's order and words; folders end in `/`. Empty when nothing differs. */
export type DataDiff = Readonly<Record<string, readonly DiffEntry[]>>;

/** What differs between two revisions, in the order of paths by code point. */
export interface DataComparison {
  readonly added: readonly DiffEntry[];
  readonly deleted: readonly DiffEntry[];
  readonly modified: readonly DiffEntry[];
  readonly renamed: readonly DiffEntry[];
  /** Folders, with their `/`, of which one side does not know the files: the cache lacks their list. */
  readonly unknown: readonly string[];
}

/** What is tracked in a commit, or in the workspace when `rev` is undefined. */
export interface IndexedRevision {
  readonly rev: string | undefined;
  readonly index: RepositoryIndex;
}

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
  if (await isUnborn(workplace.repository)) return {};
  const before = await atRevision(workplace, from);
  const after = to === undefined ? await atRevision(workplace, 'workspace') : await atRevision(workplace, to);
  const wanted = (path: string) =>
    targets.length === 0 || targets.some((target) => path === target || path.startsWith(`${target}/`));
  const scans = new Map<string, Found | undefined>();
  const [first, second] = [
    { rev: before.tree.rev, index: before.index },
    { rev: after.tree.rev, index: after.index },
  ];
  const same = await sameFolders(workplace, first, second, scans);
  const old = await entriesAt(workplace, first, wanted, same, scans);
  const now = await entriesAt(workplace, second, wanted, same, scans);
  await before.tree.close();
  await after.tree.close();
  const { unknown: _unknown, ...changes } = compareEntries(old, now);
  const missing: DiffEntry[] = [];
  if (to === undefined) {
    const [listing, legacy] = [workplace.cache.listing(), workplace.cache.listing(true)];
    for (const [path, entry] of old.entries) {
      if (!(old.legacy.has(path) ? legacy : listing).has(entry)) missing.push({ path, hash: entry });
    }
  }
  const all = { ...changes, 'not in cache': sorted(missing) };
  return Object.values(all).every((list) => list.length === 0) ? {} : all;
}

/** The same for two indexes that are read already; others are served in between. */
export async function compareData(
  workplace: Workplace,
  before: IndexedRevision,
  after: IndexedRevision,
): Promise<DataComparison> {
  const all = () => true;
  const old = await entriesAt(workplace, before, all);
  await setImmediate();
  const now = await entriesAt(workplace, after, all);
  await setImmediate();
  return compareEntries(old, now);
}

type Entries = Awaited<ReturnType<typeof entriesAt>>;

function compareEntries(old: Entries, now: Entries): DataComparison {
  const added: { path: string; hash: string }[] = [];
  const deleted: { path: string; hash: string }[] = [];
  const modified: DiffEntry[] = [];
  for (const [path, entry] of old.entries) {
    const next = now.entries.get(path);
    if (next === undefined) {
      // Inside of a folder whose list is not known, nothing can be said.
      if (!isUnknown(path, now.unknown)) deleted.push({ path, hash: entry });
    } else if (next !== entry) modified.push({ path, hash: { old: entry, new: next } });
  }
  for (const [path, entry] of now.entries) {
    if (!old.entries.has(path) && !isUnknown(path, old.unknown)) added.push({ path, hash: entry });
  }
  const renamed = takeRenames(added, deleted).map((one) => ({
    path: { old: one.old.path, new: one.new.path },
    hash: one.old.hash,
  }));
  return {
    added: sorted(added),
    deleted: sorted(deleted),
    modified: sorted(modified),
    renamed: sorted(renamed),
    unknown: [...new Set([...old.unknown, ...now.unknown])],
  };
}

function sorted(list: readonly DiffEntry[]): readonly DiffEntry[] {
  const place = ({ path }: DiffEntry) => (typeof path === 'string' ? path : path.old);
  return [...list].sort((a, b) => byCodePoint(place(a), place(b)));
}

/**
 * Folders that are whole, and the same, on both sides: none of their files can be in the answer. Most are, so their lists need not
 * even be read.
 */
async function sameFolders(
  workplace: Workplace,
  before: IndexedRevision,
  after: IndexedRevision,
  scans: Map<string, Found | undefined>,
): Promise<ReadonlySet<string>> {
  const same = new Set<string>();
  for (const { out } of after.index.outs) {
    const old = before.index.byLocation.get(out.location)?.out;
    const md5 = old?.checksum?.value;
    if (!old?.cache || !out.cache || md5?.endsWith('.dir') !== true || isLegacy(old) !== isLegacy(out)) continue;
    if (out.checksum?.value !== md5) continue;
    if (after.rev === undefined) {
      const found = await scanEntry(workplace, out);
      scans.set(out.location, found);
      if (found?.md5 !== md5) continue;
    }
    if (workplace.cache.missing(md5, isLegacy(old)).length === 0) same.add(out.location);
  }
  return same;
}

async function entriesAt(
  workplace: Workplace,
  at: IndexedRevision,
  wanted: (path: string) => boolean,
  same: ReadonlySet<string> = new Set(),
  scans: ReadonlyMap<string, Found | undefined> = new Map(),
) {
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
    if (same.has(out.location)) continue;
    const content = at.rev === undefined ? await inWorkspace(workplace, out, scans) : inCache(workplace, out);
    if (!content) continue;
    const { md5, files } = content;
    const old = isLegacy(out);
    put(files || md5.endsWith('.dir') ? `${out.location}/` : out.location, md5, old);
    if (files) for (const file of files) put(`${out.location}/${file.path}`, file.md5, old);
    else if (md5.endsWith('.dir')) unknown.push(`${out.location}/`);
  }
  return { entries, legacy, unknown };
}

async function inWorkspace(workplace: Workplace, out: TrackedOut, scans: ReadonlyMap<string, Found | undefined>) {
  const found = scans.has(out.location) ? scans.get(out.location) : await scanEntry(workplace, out);
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
