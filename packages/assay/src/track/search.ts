import type { RecordStore, SealedRecord } from '../records/index.ts';
import { compareDecimals, parseDecimal, showValue, type Value } from './documents/index.ts';
import { isTracked } from './kinds.ts';
import type { Condition, Query } from './query.ts';
import { revisionOf, type TrackContext, valuesOf } from './revision.ts';

/**
 * The newest revisions that fit a query, newest first; with `asOf` as things stood then. Where there is an index it says which
 * may fit; whether they do is told by the ledger.
 */
export async function searchRecords(
  context: TrackContext,
  query: Query,
  { limit = 50, asOf }: { readonly limit?: number; readonly asOf?: Date } = {},
): Promise<readonly SealedRecord[]> {
  const found: SealedRecord[] = [];
  for await (const sealed of mayFit(context, query, asOf)) {
    if (!(await fits(context, query, sealed))) continue;
    found.push(sealed);
    if (found.length >= limit) break;
  }
  return found;
}

async function* mayFit(context: TrackContext, query: Query, asOf: Date | undefined): AsyncGenerator<SealedRecord> {
  const { index, records } = context;
  if (index === undefined) {
    yield* newestRevisions(records, query.kind, asOf);
    return;
  }
  await index.follow(context);
  for await (const at of index.candidates(query, asOf)) {
    const sealed = await records.at(at);
    if (sealed) yield sealed;
  }
}

/** Every tracked record's newest revision, once; newest first. */
async function* newestRevisions(records: RecordStore, kind: string | undefined, asOf: Date | undefined) {
  const seen = new Set<string>();
  for await (const sealed of trackedRecords(records, kind)) {
    const { record } = sealed;
    const name = `${record.kind}/${record.id}`;
    if (seen.has(name) || (asOf && Date.parse(record.at) > asOf.getTime())) continue;
    seen.add(name);
    yield sealed;
  }
}

/** All revisions of tracked records, newest first. */
export async function* trackedRecords(records: RecordStore, kind?: string): AsyncGenerator<SealedRecord> {
  const limit = 1000;
  for (let before: number | undefined; ; ) {
    const page = await records.list({
      limit,
      ...(kind === undefined ? {} : { kind }),
      ...(before === undefined ? {} : { before }),
    });
    for (const sealed of page) if (isTracked(sealed.record.kind)) yield sealed;
    if (page.length < limit) return;
    before = page.at(-1)!.index;
  }
}

async function fits(context: TrackContext, query: Query, sealed: SealedRecord): Promise<boolean> {
  const { record } = sealed;
  if (query.by !== undefined && !record.by.startsWith(query.by)) return false;
  if (query.event !== undefined && record.event !== query.event) return false;
  if (query.version !== undefined && record.version !== query.version) return false;
  const at = Date.parse(record.at);
  if (at < query.since || at > query.until) return false;
  if (!query.words.every((word) => record.id.toLowerCase().includes(word))) return false;
  if (query.conditions.length === 0) return true;
  if ((await context.records.body(record.body)) === undefined) return false;
  const revision = revisionOf(sealed);
  const needsData = query.conditions.some(({ path }) => path[0] === 'data');
  const { metadata, data } = await valuesOf(context, needsData ? revision : { ...revision, data: undefined });
  return query.conditions.every(({ path, ...condition }) => {
    const inMetadata = valueAt(metadata, path);
    const value = inMetadata ?? (path[0] === 'data' && data ? valueAt(data, path.slice(1)) : undefined);
    return value === undefined ? condition.operator === '!=' : holds(value, condition);
  });
}

function valueAt(value: Value, path: readonly string[]): Value | undefined {
  let at: Value | undefined = value;
  for (const part of path) {
    if (at?.type === 'map') at = at.value.get(part);
    else at = at?.type === 'list' && /^(?:0|[1-9]\d*)$/.test(part) ? at.value[Number(part)] : undefined;
  }
  return at;
}

function holds(value: Value, { operator, wanted }: Omit<Condition, 'path'>): boolean {
  const shown = value.type === 'text' ? value.value : showValue(value);
  if (operator === '~') return shown.toLowerCase().includes(wanted.toLowerCase());
  const number = parseDecimal(wanted);
  const isNumeric = value.type === 'number' && number !== undefined;
  if (!isNumeric && /[<>]/.test(operator) && value.type !== 'text' && value.type !== 'time') return false;
  const order = isNumeric
    ? compareDecimals(value.value, number)
    : Buffer.compare(Buffer.from(shown), Buffer.from(wanted));
  const tests = {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  };
  return tests[operator];
}
