import type { Json } from './graph.ts';
import type { Path } from './source.ts';

/** What lies at a path in a value; undefined where there is nothing. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) at = at[Number(step)];
    else at = Object.hasOwn(at, step) ? (at as { readonly [key: string]: Json })[step] : undefined;
  }
  return at;
}

/** A value for a person. */
export function describeValue(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object')
    return `a mapping with ${
      Object.keys(value)
        .slice(0, 4)
        .map((key) => `\`${key}\``)
        .join(', ') || 'nothing in it'
    }`;
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `the text ${JSON.stringify(value.slice(0, 60))}`;
  return `${typeof value === 'number' ? 'the number' : 'the value'} ${String(value)}`;
}
