import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLError,
} from 'yaml';
import type { Json } from './graph.ts';
import type { Place, Problem } from './problems.ts';
import type { Parsed, Path, Source } from './source.ts';

/** How many times aliases may be expanded in all: enough to share settings, too few for a bomb. */
const maximumAliases = 64;
const maximumDepth = 40;
const duplicateKey = 'ASSAY_PIPELINE_DUPLICATE_KEY';
const tooDeep: Problem = {
  code: 'ASSAY_PIPELINE_VALUE',
  message: `values are nested deeper than ${maximumDepth}`,
  hint: 'No pipeline needs so much: look for a bracket too many.',
};

/** Parses YAML 1.2 with the core schema: no tags, no duplicate keys, one document, JSON's values only. */
export function parseYaml(file: string, text: string): Parsed {
  const counter = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (problems: readonly Problem[]): Parsed => ({ text, problems });
  const documents = parseDocuments(text, counter);
  if (!documents) return refuse([tooDeep]);
  if ('empty' in documents || documents.length === 0 || documents[0]!.contents === null)
    return refuse([
      { code: 'ASSAY_PIPELINE_SYNTAX', message: 'the file is empty', hint: 'A pipeline file starts with `jdf: 2`.' },
    ]);
  const syntax = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  // The parser tells an overflow of its own recursion as a syntax error.
  if (syntax.some(({ message }) => /call stack|stack overflow/i.test(message))) return refuse([tooDeep]);
  const bare = syntax[0] && barePlaceholder(text, syntax[0].pos[0]);
  // All that the parser complains of after it comes of it.
  if (bare !== undefined) return refuse([{ ...bare, place: place(syntax[0]!.pos[0] - 1) }]);
  if (syntax.length > 0) return refuse(syntax.slice(0, 20).map((error) => syntaxProblem(error, place)));
  if (documents.length > 1)
    return refuse([
      {
        code: 'ASSAY_PIPELINE_SYNTAX',
        message: 'a second document starts here; a file holds one pipeline',
        place: place(documents[1]!.range[0]),
      },
    ]);
  const document = documents[0]!;
  const odd = oddValues(document, place);
  if (odd.length > 0) return refuse(odd.slice(0, 20));
  let value: Json;
  try {
    value = document.toJS({ maxAliasCount: maximumAliases });
  } catch (error) {
    const bomb = error instanceof ReferenceError;
    const message = bomb ? `aliases expand to more than ${maximumAliases} copies` : String(error);
    return refuse([{ code: 'ASSAY_PIPELINE_ALIASES', message, hint: 'Write the values out, or share fewer of them.' }]);
  }
  return { source: new YamlSource(file, text, value, document, place) };
}

/** Undefined when the nesting is so deep that the parser's recursion ended. */
function parseDocuments(text: string, lineCounter: LineCounter) {
  try {
    return parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      schema: 'core',
      version: '1.2',
      merge: false,
      // Its own check looks at all pairs of keys; `oddValues` looks once at each.
      uniqueKeys: false,
      logLevel: 'silent',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Between brackets YAML takes the `{` of a placeholder for a mapping, unless quotes are around. */
function barePlaceholder(text: string, offset: number): Problem | undefined {
  const [placeholder] = /^\$\{[^}\n]*\}?/.exec(text.slice(offset - 1)) ?? [];
  if (placeholder === undefined) return undefined;
  return {
    code: 'ASSAY_PIPELINE_SYNTAX',
    message: `\`${placeholder}\` stands between brackets without quotes`,
    hint: `Put quotes around the word or the command it is in, as in "${placeholder}", or write the block without brackets.`,
  };
}

function syntaxProblem(error: YAMLError, place: (offset: number) => Place): Problem {
  const at = { place: place(error.pos[0]) };
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        ...at,
        code: 'ASSAY_PIPELINE_SYNTAX',
        message: 'a tab indents this line; YAML is indented by spaces',
        hint: 'Replace tabs at the start of lines by spaces.',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        ...at,
        code: 'ASSAY_PIPELINE_SYNTAX',
        message: `${error.message.replace(/^Unresolved tag/, 'unknown tag')}: a pipeline holds plain values only`,
        hint: 'Leave the tag out.',
      };
    default:
      return { ...at, code: 'ASSAY_PIPELINE_SYNTAX', message: `not YAML: ${error.message}` };
  }
}

/** Values that JSON has no word for, or that would lose digits on the way; aliases in a circle; keys that are no words. */
function oddValues(document: Document.Parsed, place: (offset: number) => Place): Problem[] {
  const problems: Problem[] = [];
  const tell = (node: Node, message: string, hint?: string, code = 'ASSAY_PIPELINE_VALUE') =>
    problems.push({ code, message, hint, place: place(node.range?.[0] ?? 0) });
  const add = (node: Node, message: string, hint?: string) => tell(node, message, hint);
  let aliases = 0;
  visit(document, {
    Map(_, node) {
      const keys = new Set<string>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        const text = String(key.value);
        // `1` and `"1"` are two keys to YAML, and one to JSON.
        if (keys.has(text)) tell(key, `the key \`${text}\` stands in the same mapping twice`, undefined, duplicateKey);
        keys.add(text);
      }
    },
    Pair(_, pair) {
      if (!isScalar(pair.key)) {
        if (isAlias(pair.key) || isMap(pair.key) || isSeq(pair.key)) add(pair.key, 'a key must be a word');
      } else if (pair.key.value === '__proto__') add(pair.key, '`__proto__` cannot be a key');
      else if (pair.key.value === '<<')
        add(pair.key, 'merge keys (`<<`) are not part of YAML 1.2', 'Write the values out.');
    },
    Collection(_, node, ancestors) {
      if (ancestors.filter((one) => isMap(one) || isSeq(one)).length !== maximumDepth) return;
      add(node, tooDeep.message, tooDeep.hint);
      return visit.SKIP;
    },
    Scalar(_, node) {
      if (typeof node.value !== 'number') return;
      if (!Number.isFinite(node.value)) add(node, 'a number must be finite', 'Leave it out, or use a word.');
      else if (Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
        add(node, 'this integer is over 2^53 and would lose digits', 'Put it in quotes.');
    },
    Alias(_, node, ancestors) {
      if (++aliases > maximumAliases) {
        tell(node, `there are more than ${maximumAliases} aliases`, 'Write the values out.', 'ASSAY_PIPELINE_ALIASES');
        return visit.BREAK;
      }
      const target = node.resolve(document);
      if (target && ancestors.some((ancestor) => ancestor === target)) add(node, 'this alias holds itself');
    },
  });
  return problems;
}

class YamlSource implements Source {
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  readonly #document: Document.Parsed;
  readonly #place: (offset: number) => Place;

  constructor(file: string, text: string, value: Json, document: Document.Parsed, place: (offset: number) => Place) {
    this.file = file;
    this.text = text;
    this.value = value;
    this.#document = document;
    this.#place = place;
  }

  locate(path: Path, of: 'value' | 'key' = 'value'): Place {
    let node: Node | null = this.#document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [index, step] of path.entries()) {
      if (isAlias(node)) node = node.resolve(this.#document) ?? null;
      const last = index === path.length - 1;
      if (isMap(node)) {
        const pair: Pair<unknown, unknown> | undefined = node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
        );
        if (!pair || !isScalar(pair.key)) break;
        node =
          isScalar(pair.value) || isMap(pair.value) || isSeq(pair.value) || isAlias(pair.value) ? pair.value : null;
        const emptyValue = node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
        offset = ((last && of === 'key') || emptyValue ? pair.key.range?.[0] : node?.range?.[0]) ?? offset;
      } else if (isSeq(node)) {
        const item: unknown = node.items[Number(step)];
        if (!(isScalar(item) || isMap(item) || isSeq(item) || isAlias(item))) break;
        node = item;
        offset = node.range?.[0] ?? offset;
      } else break;
    }
    return this.#place(offset);
  }
}
