import type { TrackContext } from './revision.ts';
import { trackedRecords } from './search.ts';
import type { IndexedRevision } from './search-index.ts';

export interface TrackStatistics {
  readonly records: number;
  readonly revisions: number;
  readonly byKind: readonly { readonly kind: string; readonly records: number; readonly revisions: number }[];
  readonly byPerson: readonly { readonly by: string; readonly revisions: number; readonly last: string }[];
  /** By day, UTC; oldest first. */
  readonly byDay: readonly { readonly day: string; readonly revisions: number }[];
  readonly byEvent: readonly { readonly event: string; readonly revisions: number }[];
  /** The records with most revisions, and their versions in order. */
  readonly mostChanged: readonly {
    readonly kind: string;
    readonly id: string;
    readonly revisions: number;
    readonly versions: readonly { readonly version: string; readonly at: string; readonly event: string }[];
  }[];
}

/** Tracked records by kind, person, day and event, and those that changed most. */
export async function trackStatistics(context: TrackContext, most = 20): Promise<TrackStatistics> {
  const ids = new Map<
    string,
    { kind: string; id: string; versions: { version: string; at: string; event: string }[] }
  >();
  const people = new Map<string, { by: string; revisions: number; last: string }>();
  const days = new Map<string, number>();
  const events = new Map<string, number>();
  let revisions = 0;
  for await (const { kind, id, by, at, event, version } of revisionsOf(context)) {
    revisions++;
    const name = `${kind}/${id}`;
    const entry = ids.get(name) ?? { kind, id, versions: [] };
    entry.versions.push({ version, at, event });
    ids.set(name, entry);
    const person = people.get(by) ?? { by, revisions: 0, last: at };
    person.revisions++;
    people.set(by, person);
    days.set(at.slice(0, 10), (days.get(at.slice(0, 10)) ?? 0) + 1);
    events.set(event, (events.get(event) ?? 0) + 1);
  }
  const kinds = Map.groupBy(ids.values(), ({ kind }) => kind);
  return {
    records: ids.size,
    revisions,
    byKind: [...kinds]
      .map(([kind, of]) => ({
        kind,
        records: of.length,
        revisions: of.reduce((sum, one) => sum + one.versions.length, 0),
      }))
      .sort((a, b) => b.revisions - a.revisions),
    byPerson: [...people.values()].sort((a, b) => b.revisions - a.revisions),
    byDay: [...days].map(([day, count]) => ({ day, revisions: count })).sort((a, b) => (a.day < b.day ? -1 : 1)),
    byEvent: [...events].map(([event, count]) => ({ event, revisions: count })),
    mostChanged: [...ids.values()]
      .sort((a, b) => b.versions.length - a.versions.length)
      .slice(0, most)
      .map(({ kind, id, versions }) => ({ kind, id, revisions: versions.length, versions: versions.toReversed() })),
  };
}

/** All of them, newest first. */
async function* revisionsOf(context: TrackContext): AsyncGenerator<IndexedRevision> {
  if (context.index === undefined) {
    for await (const { record } of trackedRecords(context.records)) yield record;
    return;
  }
  await context.index.follow(context);
  yield* await context.index.revisions();
}
