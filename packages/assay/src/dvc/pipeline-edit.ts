import type { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { AssayError } from '../errors.ts';
import { yaml } from '../lazy-yaml.ts';
import type { Fields } from './template.ts';
import { formatYaml, parseYamlDocument } from './yaml.ts';

/**
 * The text of a `dvc.yaml` with a stage changed, added or removed. Everything else stays as it is, byte for byte; of a stage that
 * is changed, the fields that do not.
 * @param change is given the stage's fields as written, or undefined; undefined removes the stage
 * @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_PIPELINE`
 */
export function editPipelineStage(
  text: string,
  file: string,
  name: string,
  change: (fields: Fields | undefined) => Fields | undefined,
): string {
  const { isMap, isScalar } = yaml();
  const document = parseYamlDocument(text === '' ? '{}' : text, file);
  const stages = document.get('stages', true);
  if (!isMap(stages) && stages !== undefined && !(isScalar(stages) && stages.value === null)) {
    throw new AssayError('ASSAY_DVC_PIPELINE', `${file}: \`stages\` is no map`, { hint: 'Correct the file.' });
  }
  const pair = isMap(stages) ? pairOf(stages, name) : undefined;
  const before = isMap(pair?.value) ? (pair.value.toJS(document) as Fields) : undefined;
  const after = change(before);
  if (!isMap(stages) || stages.items.length === 0) {
    if (after === undefined) return text;
    const head = withoutEmptyStages(text);
    return `${head}${head === '' || head.endsWith('\n') ? '' : '\n'}${formatYaml({ stages: { [name]: after } })}`;
  }
  if (stages.flow === true || (isMap(pair?.value) && pair.value.flow === true)) {
    return edited(document, name, after);
  }
  const indent = ' '.repeat(columnOf(text, stages.items[0] as Pair));
  if (after === undefined) return cut(text, stages, pair);
  if (before === undefined || pair === undefined) {
    const at = endOf(text, stages);
    const piece = indented(formatYaml({ [name]: after }), indent);
    return `${text.slice(0, at)}${text[at - 1] === '\n' ? '' : '\n'}${piece}${text.slice(at)}`;
  }
  return changeFields(text, pair.value as YAMLMap, before, after);
}

/** Fields that differ, one after the other, the last first: what stands before a change keeps its place. */
function changeFields(text: string, map: YAMLMap, before: Fields, after: Fields): string {
  const indent = ' '.repeat(columnOf(text, map.items[0] as Pair));
  const added = Object.entries(after).filter(([key]) => !(key in before));
  const end = endOf(text, map);
  const lines = added.map(([key, value]) => indented(formatYaml({ [key]: value }), indent)).join('');
  let next =
    lines === '' ? text : `${text.slice(0, end)}${text[end - 1] === '\n' ? '' : '\n'}${lines}${text.slice(end)}`;
  for (const item of [...map.items].reverse()) {
    const key = String((item.key as Scalar).value);
    const value = after[key];
    if (JSON.stringify(before[key], bigints) === JSON.stringify(value, bigints)) continue;
    const [from, to] = [lineStart(text, startOf(item as Pair)), endOf(text, item as Pair)];
    const piece = value === undefined ? '' : indented(formatYaml({ [key]: value }), indent);
    next = `${next.slice(0, from)}${piece}${next.slice(to)}`;
  }
  return next;
}

/** The stage's lines go; with the last one, `stages` is an empty map. */
function cut(text: string, stages: YAMLMap, pair: Pair | undefined): string {
  if (pair === undefined) return text;
  const [from, to] = [lineStart(text, startOf(pair)), endOf(text, pair)];
  const rest = `${text.slice(0, from)}${text.slice(to)}`;
  return stages.items.length > 1 ? rest : rest.replace(/^stages:[ \t]*$/m, 'stages: {}');
}

/** For maps in braces, which have no lines of their own. */
function edited(document: ReturnType<typeof parseYamlDocument>, name: string, after: Fields | undefined): string {
  if (after === undefined) document.deleteIn(['stages', name]);
  else document.setIn(['stages', name], document.createNode(after));
  return document.toString({ indentSeq: false, nullStr: '', lineWidth: 0, singleQuote: true });
}

function withoutEmptyStages(text: string): string {
  return text.replace(/^stages:[ \t]*(?:\{[ \t]*\})?[ \t]*\n?/m, '');
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  const { isScalar } = yaml();
  return map.items.find((item) => isScalar(item.key) && String(item.key.value) === name);
}

function startOf(pair: Pair): number {
  return (pair.key as Scalar).range![0];
}

/** Behind the last line of something, without the remarks and empty lines after it. */
function endOf(text: string, node: YAMLMap | Pair): number {
  if ('items' in node) {
    const last = node.flow === true ? undefined : node.items.at(-1);
    return last === undefined ? behind(text, node.range![1]) : endOf(text, last as Pair);
  }
  const value = (node.value ?? node.key) as Scalar | YAMLMap | YAMLSeq;
  if (!('items' in value)) return behind(text, value.range![1]);
  if (yaml().isMap(value)) return endOf(text, value);
  const last = value.flow === true ? undefined : (value.items.at(-1) as Scalar | YAMLMap | YAMLSeq | undefined);
  return last === undefined ? behind(text, value.range![1]) : endOf(text, { key: last, value: last } as Pair);
}

function behind(text: string, at: number): number {
  // A block of text ends with its line.
  if (text[at - 1] === '\n') return at;
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function columnOf(text: string, pair: Pair): number {
  const at = startOf(pair);
  return at - lineStart(text, at);
}

function indented(text: string, indent: string): string {
  return text.replace(/^(?=.)/gm, indent);
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
