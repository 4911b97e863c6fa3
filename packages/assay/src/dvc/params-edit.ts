import { extname } from 'node:path';
import { AssayError } from '../errors.ts';
import { yaml } from '../lazy-yaml.ts';
import { parseParams } from './params-file.ts';
import { byCodePoint, pythonJson, pythonRepr } from './python-text.ts';
import type { Value } from './value.ts';
import { formatYaml, formatYamlDocument, parseYamlDocument } from './yaml.ts';

/** A change of one value in a file of parameters; without a value it is taken out. */
export interface ParamChange {
  readonly path: readonly string[];
  readonly value: Value | undefined;
}

/**
 * The text of a file of parameters with values changed, added or taken out. Comments and all else stay as they are, as far as
 * the format has a place for them; JSON is written anew, as DVC does.
 * @throws AssayError `ASSAY_DVC_PARAMS_EDIT` where the format cannot take the change, and those of `parseParams`
 */
export async function editParams(text: string, file: string, changes: readonly ParamChange[]): Promise<string> {
  const kind = extname(file).toLowerCase();
  let edited = text;
  for (const change of changes) {
    const wanted = changed(await parseParams(Buffer.from(edited), file), change, 0);
    edited = await firstThatHolds(candidates(kind, edited, file, change, wanted), wanted, file);
  }
  return edited;
}

/** Each way to write it, the most careful first; the last one for formats that can be written anew. */
function* candidates(
  kind: string,
  text: string,
  file: string,
  change: ParamChange,
  wanted: Value,
): Generator<string | Promise<string>> {
  if (kind === '.json') yield pythonJson(wanted);
  else if (kind === '.toml') {
    yield editLines(text, change, tomlText);
    yield writeToml(wanted);
  } else if (kind === '.py') yield editLines(text, change, pythonRepr);
  else {
    yield spliceYaml(text, file, change);
    yield setInYaml(text, file, change);
    yield formatYaml(wanted);
  }
}

async function firstThatHolds(ways: Generator<string | Promise<string>>, wanted: Value, file: string): Promise<string> {
  const text = (value: Value) => pythonJson(value ?? {}, { sortKeys: true });
  for (const way of ways) {
    const candidate = await way;
    const read = await parseParams(Buffer.from(candidate), file).catch(() => undefined);
    if (read !== undefined && text(read) === text(wanted)) return candidate;
  }
  throw new AssayError('ASSAY_DVC_PARAMS_EDIT', `${file}: the value cannot be written into this file`, {
    hint: 'Edit the file by hand.',
  });
}

/** @throws AssayError for a step into what is no map */
function changed(value: Value, { path, value: next }: ParamChange, depth: number): Value {
  const key = path[depth]!;
  const last = depth === path.length - 1;
  const inner = (old: Value | undefined): Value | undefined =>
    last ? next : changed(old ?? {}, { path, value: next }, depth + 1);
  if (Array.isArray(value)) {
    const index = Number(key);
    const list = [...(value as readonly Value[])];
    const item = inner(list[index]);
    if (item === undefined) list.splice(index, 1);
    else list[index] = item;
    return list;
  }
  const fields = typeof value === 'object' && value !== null ? (value as { readonly [key: string]: Value }) : {};
  const own = Object.hasOwn(fields, key) ? fields[key] : undefined;
  const item = inner(own);
  if (item === undefined) return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  if (own !== undefined) {
    return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, name === key ? item : one]));
  }
  return Object.fromEntries([...Object.entries(fields), [key, item]]);
}

/** Only the characters of the old value are replaced. */
function spliceYaml(text: string, file: string, { path, value }: ParamChange): string {
  if (value === undefined || text.trim() === '') return '';
  const { isMap, isScalar, isSeq } = yaml();
  const document = parseYamlDocument(text, file);
  const node = document.getIn(yamlPath(document, path), true);
  const flow = (isMap(node) || isSeq(node)) && node.flow === true;
  if (!(isScalar(node) && !String(node.type).startsWith('BLOCK')) && !flow) return '';
  const { range } = node as { readonly range?: readonly [number, number, number] | null };
  if (!range) return '';
  const replacement = inline(value);
  return text.slice(0, range[0]) + (range[0] === range[1] ? ` ${replacement}` : replacement) + text.slice(range[1]);
}

function inline(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, one]) => `${inline(key)}: ${inline(one)}`);
    return `{${fields.join(', ')}}`;
  }
  if (value === null) return 'null';
  return formatYaml(value).trimEnd();
}

function setInYaml(text: string, file: string, { path, value }: ParamChange): string {
  if (text.trim() === '') return '';
  const document = parseYamlDocument(text, file);
  const place = yamlPath(document, path);
  if (value === undefined) document.deleteIn(place);
  else document.setIn(place, document.createNode(value));
  return formatYamlDocument(document);
}

/** Keys as the document has them: numbers where it has lists, or numbers as keys. */
function yamlPath(document: ReturnType<typeof parseYamlDocument>, path: readonly string[]): readonly unknown[] {
  const { isMap, isScalar, isSeq } = yaml();
  const place: unknown[] = [];
  let node: unknown = document.contents;
  for (const name of path) {
    if (isSeq(node)) {
      place.push(Number(name));
      node = node.items[Number(name)];
      continue;
    }
    const pair = isMap(node)
      ? node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === name)
      : undefined;
    place.push(pair && isScalar(pair.key) ? pair.key.value : name);
    node = pair?.value;
  }
  return place;
}

/**
 * `name = value` lines of TOML, in the table their path names, or of Python, in the class: the value is replaced up to its end
 * or a comment after it. Answers with an empty text where there is no such line.
 */
function editLines(text: string, { path, value }: ParamChange, format: (value: Value) => string): string {
  const name = path[path.length - 1]!;
  const folder = path.slice(0, -1).join('.');
  const lines = text.split('\n');
  let at = '';
  for (const [i, line] of lines.entries()) {
    const table = /^\s*\[([^[\]]+)\]/.exec(line)?.[1] ?? /^class\s+([A-Za-z_]\w*)/.exec(line)?.[1];
    if (table !== undefined) {
      at = table.replace(/["'\s]/g, '');
      continue;
    }
    if (/^\S/.test(line) && format === pythonRepr && !line.startsWith('#')) at = '';
    const parts = /^(\s*(?:self\.)?["']?([\w.-]+)["']?\s*(?::[^=]+)?=\s*)(.*)$/.exec(line);
    if (!parts || [at, parts[2]].filter(Boolean).join('.') !== [folder, name].filter(Boolean).join('.')) continue;
    const rest = parts[3]!;
    const end = endOfValue(rest);
    if (end === undefined) return '';
    if (value === undefined) lines.splice(i, 1);
    else lines[i] = parts[1]! + format(value) + rest.slice(end);
    return lines.join('\n');
  }
  return '';
}

/** Where a value ends that fits on its line: before the spaces of a comment, or at the line's end. */
function endOfValue(text: string): number | undefined {
  let quote: string | undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote) {
      if (character === '\\') i++;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if ('[{('.includes(character)) depth++;
    else if (']})'.includes(character)) depth--;
    else if (character === '#') return depth === 0 ? text.slice(0, i).trimEnd().length : undefined;
  }
  return depth === 0 && quote === undefined ? text.trimEnd().length : undefined;
}

function tomlText(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(tomlText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
    return `{ ${fields.map(([key, one]) => `${JSON.stringify(key)} = ${tomlText(one)}`).join(', ')} }`;
  }
  return typeof value === 'string'
    ? JSON.stringify(value)
    : pythonJson(value).replace('Infinity', 'inf').replace('NaN', 'nan');
}

async function writeToml(value: Value): Promise<string> {
  const { stringify } = await import('smol-toml');
  return stringify(value, { numbersAsFloat: true });
}
