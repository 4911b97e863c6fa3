import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataComparison, DiffEntry, IndexedRevision, Workplace } from '../../data/index.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type { ChangeKind, DataChange, DataDiffView } from '../schemas/index.ts';

export interface DiffQuery {
  readonly from: string;
  readonly to: string;
  readonly look: string;
  /** A part of the path, in whatever case. */
  readonly text?: string | undefined;
  readonly kind?: ChangeKind | undefined;
  /** Only in this tracked data. */
  readonly place?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

interface Change {
  readonly kind: ChangeKind;
  readonly path: string;
  readonly newPath: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const kinds = ['added', 'deleted', 'modified', 'renamed'] as const;

/** One page of what differs between two revisions; sizes are looked up for that page alone. */
export async function showDiff(repository: RepositoryReader, query: DiffQuery): Promise<DataDiffView> {
  const [from, to] = [await repository.at(query.from), await repository.at(query.to)];
  const comparison = await repository.compare(from, to, query.look);
  const changes = filesOf(comparison);
  const counts = { added: 0, deleted: 0, modified: 0, renamed: 0 };
  const places = new Map<string, typeof counts>();
  const wanted: Change[] = [];
  const text = query.text?.toLowerCase();
  for (const change of changes) {
    counts[change.kind]++;
    const place = placeOf(change, from, to);
    const inPlace = places.get(place) ?? { added: 0, deleted: 0, modified: 0, renamed: 0 };
    inPlace[change.kind]++;
    places.set(place, inPlace);
    if (query.kind !== undefined && change.kind !== query.kind) continue;
    if (query.place !== undefined && place !== query.place) continue;
    if (text !== undefined && !`${change.path}\n${change.newPath ?? ''}`.toLowerCase().includes(text)) continue;
    wanted.push(change);
  }
  const page = wanted.slice(query.offset, query.offset + query.limit);
  return {
    from: { name: query.from, commit: from.rev ?? null },
    to: { name: query.to, commit: to.rev ?? null },
    counts,
    places: [...places].map(([path, inPlace]) => ({ path, ...inPlace })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    unknown: comparison.unknown.map((folder) => folder.slice(0, -1)),
    total: wanted.length,
    items: page.map((change) => changeView(repository.workplace, change, from, to)),
  };
}

/** Files in the order of their paths. A folder is told of only where nothing is known of its files. */
function filesOf(comparison: DataComparison): readonly Change[] {
  const unknown = new Set(comparison.unknown);
  const changes: Change[] = [];
  for (const kind of kinds) {
    for (const entry of comparison[kind]) {
      const change = changeOf(kind, entry);
      if (!change.path.endsWith('/') || unknown.has(change.path)) changes.push(change);
    }
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function changeOf(kind: ChangeKind, { path, hash }: DiffEntry): Change {
  const [oldPath, newPath] = typeof path === 'string' ? [path, undefined] : [path.old, path.new];
  const both = typeof hash === 'object' && hash !== null;
  const one = typeof hash === 'string' ? hash : undefined;
  return {
    kind,
    path: oldPath,
    newPath,
    before: both ? (hash.old ?? undefined) : kind === 'added' ? undefined : one,
    after: both ? (hash.new ?? undefined) : kind === 'deleted' ? undefined : one,
  };
}

/** The tracked data that a change lies in. */
function placeOf({ path }: Change, from: IndexedRevision, to: IndexedRevision): string {
  for (let at = path.replace(/\/$/, ''); at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    if (to.index.byLocation.has(at) || from.index.byLocation.has(at)) return at;
  }
  return path;
}

function changeView(
  workplace: Workplace,
  { kind, path, newPath, before, after }: Change,
  from: IndexedRevision,
  to: IndexedRevision,
): DataChange {
  const side = (hash: string | undefined, { rev }: IndexedRevision, location: string) =>
    hash === undefined ? null : { hash, size: sizeOf(workplace, hash, rev === undefined ? location : undefined) };
  return {
    kind,
    path: path.replace(/\/$/, ''),
    newPath: newPath ?? null,
    before: side(before, from, path),
    after: side(after, to, newPath ?? path),
  };
}

/** From the cache, in whichever layout, or from where it lies in the workspace; null where it is in neither. */
function sizeOf({ cache, repository }: Workplace, md5: string, location: string | undefined): number | null {
  if (md5.endsWith('.dir')) return null;
  const files = [
    ...(location === undefined ? [] : [join(repository.root, location)]),
    cache.pathOf(md5),
    cache.pathOf(md5, true),
  ];
  for (const file of files) {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile()) return stats.size;
  }
  return null;
}
