import { type ParamChange, parseParams, pythonFloat, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { floatRange } from './float-range.ts';

/** What `-S` asks for, in the grammar of Hydra's overrides. */
export interface Override {
  /** Before the key: nothing changes a value, `+` adds one, `++` does either, `~` takes one out. */
  readonly prefix: '' | '+' | '++' | '~';
  readonly key: string;
  /** As written; undefined for `~key`. */
  readonly value: string | undefined;
  /** Each value of a sweep, as written: `1,2,3`, `choice(1,2)`, `range(1,4)`. */
  readonly sweep: readonly string[] | undefined;
}

const defaultFile = 'params.yaml';
const mostValues = 100_000;

/**
 * Overrides by file: `[FILE:]KEY=VALUE`.
 * @throws AssayError `ASSAY_EXP_OVERRIDE`
 */
export function overridesByFile(words: readonly string[]): ReadonlyMap<string, readonly Override[]> {
  const files = new Map<string, Override[]>();
  for (const word of words) {
    const colon = word.split('=', 1)[0]!.indexOf(':');
    const file = colon < 0 ? defaultFile : word.slice(0, colon);
    files.set(file, [...(files.get(file) ?? []), parseOverride(word.slice(colon + 1))]);
  }
  return files;
}

export function hasSweep(files: ReadonlyMap<string, readonly Override[]>): boolean {
  return [...files.values()].some((list) => list.some(({ sweep }) => sweep !== undefined));
}

export function overrideText({ prefix, key, value }: Override): string {
  return value === undefined ? prefix + key : `${prefix}${key}=${value}`;
}

/** @throws AssayError `ASSAY_EXP_OVERRIDE` */
function parseOverride(text: string): Override {
  const parts = /^(\+\+|\+|~)?([\w@$./-]+)(?:=([\s\S]*))?$/.exec(text);
  const prefix = (parts?.[1] ?? '') as Override['prefix'];
  const [, , key = '', value] = parts ?? [];
  if (!parts || (value === undefined && prefix !== '~')) throw badOverride(text, 'it is no KEY=VALUE');
  return { prefix, key, value, sweep: value === undefined ? undefined : sweepOf(text, value.trim()) };
}

function sweepOf(text: string, value: string): readonly string[] | undefined {
  const call = /^(choice|range|glob|interval|sort|shuffle|tag)\(([\s\S]*)\)$/.exec(value);
  const parts = splitTop(text, call ? call[2]! : value);
  if (!call) return parts.length > 1 ? parts : undefined;
  if (call[1] === 'choice') return parts;
  if (call[1] === 'range') return rangeOf(text, parts);
  throw badOverride(text, `${call[1]}() is not supported; choice() and range() are`);
}

function rangeOf(text: string, parts: readonly string[]): readonly string[] {
  const given: Partial<Record<string, string>> = {};
  const names = parts.length === 1 ? ['stop'] : ['start', 'stop', 'step'];
  for (const [i, part] of parts.entries()) {
    const [, name = names[i] ?? '', written = ''] = /^(?:(start|stop|step)\s*=)?\s*([\s\S]*)$/.exec(part) ?? [];
    given[name] = written;
  }
  const words = [given.start ?? '0', given.stop ?? '', given.step ?? '1'].map((word) => word.replaceAll('_', ''));
  const [start = 0, stop = 0, step = 1] = words.map(Number);
  if (words.includes('') || ![start, stop, step].every(Number.isFinite) || step === 0) {
    throw badOverride(text, 'the range has no end');
  }
  const isFloat = words.some((word) => /[.e]/i.test(word));
  if ((stop - start) / step > mostValues) throw badOverride(text, 'the range has too many values');
  const values = floatRange(start, stop, step, mostValues);
  return values.map((one) => (isFloat ? pythonFloat(one) : String(one)));
}

/** At commas that are in no quotes and no brackets. */
function splitTop(whole: string, text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote: string | undefined;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\\') i++;
    else if (quote) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if ('[{('.includes(character)) depth++;
    else if (']})'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
    if (depth < 0) throw badOverride(whole, 'its brackets do not match');
  }
  if (depth !== 0 || quote) throw badOverride(whole, 'its brackets or quotes do not match');
  return [...parts, text.slice(from).trim()];
}

/** Every combination of the sweeps; the last one varies fastest. Without sweeps there is one. */
export function sweepCombinations(
  files: ReadonlyMap<string, readonly Override[]>,
): readonly ReadonlyMap<string, readonly Override[]>[] {
  const flat = [...files].flatMap(([file, list]) => list.map((override) => ({ file, override })));
  let combinations: readonly (readonly Override[])[] = [[]];
  for (const { override } of flat) {
    const values = (override.sweep ?? [override.value]).map((value) => ({ ...override, value, sweep: undefined }));
    combinations = combinations.flatMap((before) => values.map((one) => [...before, one]));
    if (combinations.length > 100_000) throw badOverride(overrideText(override), 'the sweep has too many combinations');
  }
  return combinations.map((list) => {
    const byFile = new Map<string, Override[]>();
    for (const [i, one] of list.entries()) {
      const { file } = flat[i]!;
      byFile.set(file, [...(byFile.get(file) ?? []), one]);
    }
    return byFile;
  });
}

/**
 * What overrides change in a file.
 * @throws AssayError `ASSAY_EXP_OVERRIDE` for a key that is not there, or is there already
 */
export async function changesOf(
  text: string,
  file: string,
  overrides: readonly Override[],
): Promise<readonly ParamChange[]> {
  const values = await parseParams(Buffer.from(text), file);
  const changes: ParamChange[] = [];
  for (const override of overrides) {
    const path = override.key.split(/[./]/);
    const place = `${file} has no \`${override.key}\``;
    const old = lookUp(values, path);
    if (override.prefix === '~') {
      if (old === undefined) throw badOverride(overrideText(override), place);
      changes.push({ path, value: undefined });
      continue;
    }
    const value = parseValue(override.value ?? '', overrideText(override));
    const isFields = (one: Value | undefined) => typeof one === 'object' && one !== null && !Array.isArray(one);
    if (override.prefix === '' && old === undefined) {
      throw badOverride(overrideText(override), `${place}; \`+${overrideText(override)}\` adds it`);
    }
    if (override.prefix === '+' && old !== undefined && old !== null && typeof value !== 'object') {
      throw badOverride(overrideText(override), `${file} has \`${override.key}\` already`);
    }
    const merged = isFields(old) && isFields(value) ? { ...(old as object), ...(value as object) } : value;
    changes.push({ path, value: merged });
  }
  return changes;
}

function lookUp(values: Value, path: readonly string[]): Value | undefined {
  let at: Value | undefined = values;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at)
      ? at[Number(name)]
      : Object.hasOwn(at, name)
        ? (at as Record<string, Value>)[name]
        : undefined;
  }
  return at;
}

/** @throws AssayError `ASSAY_EXP_OVERRIDE` */
export function parseValue(text: string, whole = text): Value {
  const word = text.trim();
  const quoted = /^(['"])([\s\S]*)\1$/.exec(word);
  if (quoted) return quoted[2]!.replaceAll(`\\${quoted[1]}`, quoted[1]!);
  if (word.startsWith('[') && word.endsWith(']')) {
    const inner = word.slice(1, -1).trim();
    return inner === '' ? [] : splitTop(whole, inner).map((one) => parseValue(one, whole));
  }
  if (word.startsWith('{') && word.endsWith('}')) {
    const inner = word.slice(1, -1).trim();
    if (inner === '') return {};
    return Object.fromEntries(
      splitTop(whole, inner).map((one) => {
        const colon = one.indexOf(':');
        if (colon < 0) throw badOverride(whole, `\`${one}\` is no KEY:VALUE`);
        return [String(parseValue(one.slice(0, colon), whole)), parseValue(one.slice(colon + 1), whole)] as const;
      }),
    );
  }
  if (/^[+-]?\d+(?:_\d+)*$/.test(word)) return BigInt(word.replace(/^\+/, '').replaceAll('_', ''));
  if (/^[+-]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*|\d[\d_]*(?=e))(?:e[+-]?\d+)?$/i.test(word))
    return Number(word.replaceAll('_', ''));
  const special = /^([+-]?)(inf|nan)$/i.exec(word);
  if (special) return special[2]!.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (/^(?:true|false)$/i.test(word)) return word.toLowerCase() === 'true';
  if (/^null$/i.test(word)) return null;
  return word.replace(/\\([\\()[\]{}:=, \t])/g, '$1');
}

function badOverride(text: string, why: string): AssayError {
  return new AssayError('ASSAY_EXP_OVERRIDE', `\`-S ${text}\`: ${why}`, {
    hint: 'Write -S [FILE:]KEY=VALUE, +KEY=VALUE to add, ~KEY to take out.',
  });
}
