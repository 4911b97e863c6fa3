import { AssayError } from '../errors.ts';
import type { RecordStore, SealedRecord } from '../records/index.ts';
import { compareDecimals, parseDecimal, showValue, type Value } from './documents/index.ts';
import { isTracked } from './kinds.ts';
import { revisionOf, type TrackContext, valuesOf } from './revision.ts';

interface Condition {
  readonly path: readonly string[];
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';
  readonly wanted: string;
}

/** What is looked for, all of it at once. */
interface Query {
  readonly kind: string | undefined;
  readonly by: string | undefined;
  readonly event: string | undefined;
  readonly version: string | undefined;
  readonly since: number;
  readonly until: number;
  readonly words: readonly string[];
  readonly conditions: readonly Condition[];
}

const TERM = /(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g;

/**
 * Reads a query: `kind:X`, `by:ACTOR`, `event:retired`, `version:1:2:0`, `since:2026-01-31`, `until:…`, `FIELD=VALUE`, `!=`, `<`,
 * `<=`, `>`, `>=`, `FIELD~TEXT`, and words of which the id has each. A FIELD is a path in the metadata, `a.b`; with `data.` before
 * it, in the data. Quotes hold spaces.
 *
 * @throws AssayError `ASSAY_TRACK_QUERY`
 */
export function parseQuery(text: string): Query {
  const named: Record<string, string> = {};
  const words: string[] = [];
  const conditions: Condition[] = [];
  for (const [term] of text.matchAll(TERM)) {
    const [, name, rest = ''] = /^(kind|by|event|version|since|until):(.*)$/s.exec(term) ?? [];
    const [, field, operator, wanted = ''] = /^([^\s=!<>~"]+)(!=|<=|>=|=|<|>|~)(.*)$/s.exec(term) ?? [];
    if (name !== undefined) named[name] = unquote(rest);
    else if (field !== undefined) {
      conditions.push({ path: field.split('.'), operator: operator as Condition['operator'], wanted: unquote(wanted) });
    } else words.push(unquote(term).toLowerCase());
  }
  return {
    kind: named.kind,
    by: named.by,
    event: named.event,
    version: named.version,
    since: timeOf('since', named.since) ?? Number.NEGATIVE_INFINITY,
    until: timeOf('until', named.until) ?? Number.POSITIVE_INFINITY,
    words,
    conditions,
  };
}

/**
 * The newest revisions that fit a query, newest first; with `asOf` as things stood then. It looks through the ledger: nothing is
 * kept that could be behind it.
 */
export async function searchRecords(
  context: TrackContext,
  query: Query,
  { limit = 50, asOf }: { readonly limit?: number; readonly asOf?: Date } = {},
): Promise<readonly SealedRecord[]> {
  const found: SealedRecord[] = [];
  for await (const sealed of newestRevisions(context.records, query.kind, asOf)) {
    if (!(await fits(context, query, sealed))) continue;
    found.push(sealed);
    if (found.length >= limit) break;
  }
  return found;
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
    else at = at?.type === 'list' ? at.value[Number(part)] : undefined;
  }
  return at;
}

function holds(value: Value, { operator, wanted }: Omit<Condition, 'path'>): boolean {
  const shown = value.type === 'text' ? value.value : showValue(value);
  if (operator === '~') return shown.toLowerCase().includes(wanted.toLowerCase());
  const number = parseDecimal(wanted);
  const isNumeric = value.type === 'number' && number !== undefined;
  if (!isNumeric && /[<>]/.test(operator) && value.type !== 'text' && value.type !== 'time') return false;
  const order = isNumeric ? compareDecimals(value.value, number) : shown < wanted ? -1 : shown > wanted ? 1 : 0;
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

function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'));
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new AssayError('ASSAY_TRACK_QUERY', `${name}: ${JSON.stringify(text)} is no time`, {
    hint: 'Write 2026-01-31 or 2026-01-31T12:00:00Z.',
  });
}
