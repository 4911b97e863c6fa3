import { sameValue } from '../data/index.ts';
import { pythonRepr, type Value } from '../dvc/index.ts';

export type Fields = { readonly [key: string]: Value };

/** What a file of parameters or metrics holds, or why it could not be read; DVC's JSON form of both. */
export type FileResult =
  | { readonly data: Value; readonly error?: undefined }
  | { readonly error: { readonly type: string; readonly msg: string }; readonly data?: undefined };

/** One value in two revisions; `diff` only of numbers. */
interface ValueDiff {
  readonly old: Value;
  readonly new: Value;
  readonly diff?: Value;
}

/** By file, then by the value's dotted name. */
export type ComparisonDiff = ReadonlyMap<string, ReadonlyMap<string, ValueDiff>>;

/** Values by dotted names; lists are values, and empty maps are left out. */
export function dottedValues(fields: Fields, prefix = ''): Map<string, Value> {
  const flat = new Map<string, Value>();
  for (const [key, value] of Object.entries(fields)) {
    if (isFields(value)) for (const [name, one] of dottedValues(value, `${prefix}${key}.`)) flat.set(name, one);
    else flat.set(prefix + key, value);
  }
  return flat;
}

/** Lists become their text in Python, at any depth of maps. */
export function listsAsText(value: Value): Value {
  if (Array.isArray(value)) return pythonRepr(value);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, listsAsText(one)]));
}

/** What differs between the files of two revisions, or with `all` also what does not. */
export function diffFiles(
  old: ReadonlyMap<string, FileResult>,
  now: ReadonlyMap<string, FileResult>,
  all = false,
): ComparisonDiff {
  const diff = new Map<string, ReadonlyMap<string, ValueDiff>>();
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const changes = diffData(old.get(path)?.data ?? {}, now.get(path)?.data ?? {}, all);
    if (changes.size > 0) diff.set(path, changes);
  }
  return diff;
}

function diffData(old: Value, now: Value, all: boolean): ReadonlyMap<string, ValueDiff> {
  const before = listsAsText(old);
  const after = listsAsText(now);
  if (!isFields(before) && !isFields(after)) {
    const change = diffValue(before, after, all);
    return new Map(change ? [['', change]] : []);
  }
  const lookUp = (value: Value): ((name: string) => Value) => {
    if (!isTruthy(value)) return () => null;
    if (!isFields(value)) return () => 'unable to parse';
    const flat = dottedValues(value);
    return (name) => flat.get(name) ?? null;
  };
  const names = new Set([before, after].flatMap((value) => (isFields(value) ? [...dottedValues(value).keys()] : [])));
  const oldOf = lookUp(before);
  const newOf = lookUp(after);
  const changes = new Map<string, ValueDiff>();
  for (const name of names) {
    const change = diffValue(oldOf(name), newOf(name), all);
    if (change) changes.set(name, change);
  }
  return changes;
}

function diffValue(old: Value, now: Value, all: boolean): ValueDiff | undefined {
  if (!all && sameValue(old, now)) return undefined;
  const a = asNumber(old);
  const b = asNumber(now);
  if (a === undefined || b === undefined) return { old, new: now };
  const diff = typeof a === 'bigint' && typeof b === 'bigint' ? b - a : Number(b) - Number(a);
  return { old, new: now, diff };
}

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Python takes for true. */
export function isTruthy(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isFields(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function asNumber(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}
