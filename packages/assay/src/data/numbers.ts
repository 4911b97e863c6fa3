import { posix } from 'node:path';
import { parseParams, pythonRepr, type Value } from '../dvc/index.ts';
import { type AtRevision, readTracked } from './at-revision.ts';
import { sameValue, valueAt } from './status.ts';
import type { Workplace } from './workplace.ts';

type Fields = { readonly [key: string]: Value };
/** By file, relative to the root. */
export type Numbers = ReadonlyMap<string, Value>;

export interface Change {
  readonly old: Value;
  readonly new: Value;
  readonly diff?: bigint | number;
}

/** All parameters that a revision has: of stages, of `params` at the top, and of `params.yaml`. */
export async function readParamsAt(
  workplace: Workplace,
  at: AtRevision,
  options: { readonly targets?: readonly string[]; readonly depsOnly?: boolean } = {},
): Promise<Numbers> {
  const wanted = new Map<string, Set<string> | undefined>();
  const whole = (file: string) => wanted.set(file, undefined);
  if (options.targets && options.targets.length > 0) for (const file of options.targets) whole(file);
  else {
    for (const stage of at.index.stages) {
      for (const { file, keys } of stage.params) {
        const location = posix.join(stage.wdir, file);
        if (keys.length === 0) whole(location);
        else if (!wanted.has(location)) wanted.set(location, new Set(keys));
        else for (const key of keys) wanted.get(location)?.add(key);
      }
    }
    if (options.depsOnly !== true) {
      for (const pipeline of at.index.pipelines) {
        for (const file of pipeline.params) whole(posix.join(posix.dirname(pipeline.file), file));
      }
      if (await at.tree.read('params.yaml')) whole('params.yaml');
    }
  }
  const found = new Map<string, Value>();
  for (const [file, keys] of wanted) {
    const value = await readValue(workplace, at, file);
    if (value === undefined) continue;
    found.set(file, keys === undefined ? value : selected(value, [...keys]));
  }
  return found;
}

/** All metrics that a revision has: of stages, and of `metrics` at the top. */
export async function readMetricsAt(
  workplace: Workplace,
  at: AtRevision,
  targets: readonly string[] = [],
): Promise<Numbers> {
  const files = new Set(targets);
  if (files.size === 0) {
    for (const { out } of at.index.outs) if (out.metric !== false) files.add(out.location);
    for (const pipeline of at.index.pipelines) {
      for (const file of pipeline.metrics) files.add(posix.join(posix.dirname(pipeline.file), file));
    }
  }
  const found = new Map<string, Value>();
  for (const file of files) {
    const value = await readValue(workplace, at, file);
    if (value !== undefined) found.set(file, onlyNumbers(value) ?? {});
  }
  return found;
}

/** What differs, by file and dotted key; with `all`, what does not as well. */
export function diffNumbers(
  before: Numbers,
  after: Numbers,
  all: boolean,
): Readonly<Record<string, Readonly<Record<string, Change>>>> {
  const result: Record<string, Record<string, Change>> = {};
  for (const file of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [flatten(before.get(file)), flatten(after.get(file))];
    const changes: Record<string, Change> = {};
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      const [a, b] = [old.get(key) ?? null, now.get(key) ?? null];
      if (!all && sameValue(a, b)) continue;
      const diff = difference(a, b);
      changes[key] = { old: a, new: b, ...(diff === undefined ? {} : { diff }) };
    }
    if (Object.keys(changes).length > 0) result[file] = changes;
  }
  return result;
}

/** Nested keys with dots; lists as Python prints them; a single value under the empty key. */
export function flatten(value: Value | undefined): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  const walk = (one: Value, path: string) => {
    if (isFields(one))
      for (const [key, inner] of Object.entries(one)) walk(inner, path === '' ? key : `${path}.${key}`);
    else found.set(path, Array.isArray(one) ? pythonRepr(one) : one);
  };
  if (value !== undefined) walk(value, '');
  return found;
}

function difference(a: Value, b: Value): bigint | number | undefined {
  const [old, now] = [numeric(a), numeric(b)];
  if (old === undefined || now === undefined) return undefined;
  if (typeof old === 'bigint' && typeof now === 'bigint') return now - old;
  return Number(now) - Number(old);
}

function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}

/** Numbers, texts and maps of these are metrics; lists and nothings are not. */
function onlyNumbers(value: Value): Value | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  if (!isFields(value)) return value;
  const entries = Object.entries(value).flatMap(([key, one]) => {
    const inner = onlyNumbers(one);
    const empty = inner === undefined || (isFields(inner) && Object.keys(inner).length === 0);
    return empty ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(entries);
}

function selected(value: Value, keys: readonly string[]): Fields {
  const fields: Record<string, Value> = {};
  for (const key of keys) {
    const one = valueAt(value, key);
    if (one !== undefined) fields[key] = one;
  }
  return fields;
}

async function readValue(workplace: Workplace, at: AtRevision, file: string): Promise<Value | undefined> {
  const bytes = await readTracked(workplace, at, file);
  return bytes === undefined ? undefined : parseParams(bytes, file);
}

function isFields(value: Value): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
