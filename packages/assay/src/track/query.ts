import { AssayError } from '../errors.ts';

export interface Condition {
  readonly path: readonly string[];
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';
  readonly wanted: string;
}

/** What is looked for, all of it at once. */
export interface Query {
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
