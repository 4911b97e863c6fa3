import type { Document } from 'yaml';
import { parseYamlDocument } from '../../dvc/index.ts';
import { yaml } from '../../lazy-yaml.ts';
import type { Json } from '../graph.ts';
import { commentsByPart, type Part, rangeOf } from './comments.ts';
import { type Loss, lossComments } from './loss.ts';

/** The files that a JDF is made from, for their comments. */
export interface DvcTexts {
  readonly file: string;
  readonly text: string;
  /** Of `params.yaml`. */
  readonly parameters: string | undefined;
  /** By block, the stage as it is named in the file. */
  readonly origins: ReadonlyMap<string, string>;
  readonly losses: readonly Loss[];
}

type JsonFields = { readonly [key: string]: Json };

/** A JDF as text: comments where their stages went, parameters as they are written in `params.yaml`. */
export function formatJdf(value: JsonFields, dvc: DvcTexts): string {
  const { Document, isMap, isNode, isScalar, isSeq } = yaml();
  const document = new Document(value, { aliasDuplicateObjects: false });
  const version = document.get('version', true);
  // Other readers of YAML take 1:0:0 for a number.
  if (isScalar(version)) version.type = 'QUOTE_DOUBLE';
  const { head, tail, parts } = commentsByPart(dvc.text, stageParts(dvc));
  const above = [...(head === '' ? [] : [head]), ...lossComments(dvc.losses)];
  if (above.length > 0) document.commentBefore = above.join('\n');
  if (tail !== '') document.comment = tail;
  const told = new Set<string>();
  const stages = document.get('stages');
  for (const group of isSeq(stages) ? stages.items : []) {
    const blocks = isMap(group) ? group.get('blocks') : undefined;
    for (const block of isSeq(blocks) ? blocks.items : []) {
      if (!isMap(block)) continue;
      const origin = dvc.origins.get(String(block.get('name'))) ?? '';
      const comment = parts.get(origin);
      if (comment !== undefined && !told.has(origin) && isNode(block)) block.commentBefore = comment;
      told.add(origin);
      for (const key of ['entities', 'inputs', 'code', 'parameters']) flow(block.get(key));
      const run = block.get('run');
      if (isSeq(run)) flow(run.items.every(isSeq) ? undefined : run);
    }
  }
  const connections = document.get('connections');
  for (const one of isSeq(connections) ? connections.items : []) flow(one);
  if (dvc.parameters !== undefined) copyParameters(document, dvc.parameters);
  return document.toString({ lineWidth: 120, nullStr: '', flowCollectionPadding: false });
}

/** Values as they are written in params.yaml, with their comments. */
function copyParameters(document: Document, parameters: string): void {
  const { isMap, isNode, isScalar } = yaml();
  const target = document.get('parameters');
  if (/[&*]/.test(parameters) || !isMap(target)) return;
  const source = yaml().parseDocument(parameters).contents;
  if (!isMap(source)) return;
  for (const pair of source.items) {
    if (!isScalar(pair.key) || !isNode(pair.value)) continue;
    const own = target.items.find((one) => isScalar(one.key) && isScalar(pair.key) && one.key.value === pair.key.value);
    if (own) {
      own.key = pair.key.clone() as never;
      own.value = pair.value.clone() as never;
    }
  }
}

function stageParts({ file, text }: DvcTexts): readonly Part[] {
  const { isMap, isScalar } = yaml();
  const document = parseYamlDocument(text, file);
  const stages = document.get('stages');
  if (!isMap(stages)) return [];
  return stages.items.flatMap((pair) => {
    const [key, value] = [rangeOf(pair.key), rangeOf(pair.value)];
    return isScalar(pair.key) && key ? [{ name: String(pair.key.value), start: key[0], end: (value ?? key)[1] }] : [];
  });
}

/** On one line, as a person would write it. */
function flow(node: unknown): void {
  const { isCollection } = yaml();
  if (isCollection(node)) node.flow = true;
}
