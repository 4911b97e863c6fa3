import { isMap, isNode, isScalar, type YAMLMap } from 'yaml';
import { parseYamlDocument } from '../../dvc/index.ts';
import { yaml } from '../../lazy-yaml.ts';
import type { Place } from '../problems.ts';

interface Comment {
  readonly offset: number;
  readonly text: string;
}

/** A part of a file that becomes a part of another file, by its offsets. */
export interface Part {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The comments of a YAML file by the part they stand in, or stand before; those before the first line of content under
 * `head`, and those after the last part under `tail`.
 */
export function commentsByPart(
  text: string,
  parts: readonly Part[],
): { readonly head: string; readonly tail: string; readonly parts: ReadonlyMap<string, string> } {
  const first = firstContent(text);
  const ordered = [...parts].sort((a, b) => a.start - b.start);
  const found = new Map<string, string[]>();
  const head: string[] = [];
  const tail: string[] = [];
  for (const { offset, text: comment } of commentsOf(text)) {
    const within = ordered.filter(({ start, end }) => start <= offset && offset < end).at(-1);
    const next = within ?? ordered.find(({ start }) => start > offset);
    if (offset < first) head.push(comment);
    else if (next) found.set(next.name, [...(found.get(next.name) ?? []), comment]);
    else tail.push(comment);
  }
  return {
    head: head.join('\n'),
    tail: tail.join('\n'),
    parts: new Map([...found].map(([name, comments]) => [name, comments.join('\n')])),
  };
}

/** Puts comments before entries of a map, and an empty line between the entries. */
export function annotate(map: unknown, comments: ReadonlyMap<string, string>): void {
  if (!isMap(map)) return;
  for (const [i, pair] of (map as YAMLMap).items.entries()) {
    if (!isScalar(pair.key)) continue;
    const comment = comments.get(String(pair.key.value));
    if (comment) pair.key.commentBefore = comment;
    if (i > 0) pair.key.spaceBefore = true;
  }
}

/** Where a path of keys of a file stands, or the nearest place to it. */
export function placesIn(text: string, file: string): (path: readonly string[]) => Place | undefined {
  const { LineCounter } = yaml();
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (const match of text.matchAll(/\n/g)) counter.addNewLine(match.index + 1);
  const document = parseYamlDocument(text, file);
  return (path) => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const step of path) {
      if (!isMap(node)) break;
      const pair = node.items.find((one) => isScalar(one.key) && one.key.value === step);
      offset = rangeOf(pair?.key)?.[0] ?? offset;
      node = pair?.value;
    }
    if (offset === undefined) return undefined;
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
}

/** Where a node begins and ends, with the lines that belong to it. */
export function rangeOf(node: unknown): readonly [number, number] | undefined {
  return isNode(node) && node.range ? [node.range[0], node.range[2]] : undefined;
}

function* commentsOf(text: string): Generator<Comment> {
  const { Lexer } = yaml();
  let offset = 0;
  let isScalarNext = false;
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer that stand for nothing in the text.
    if (token === '\u0002' || token === '\u0018') continue;
    if (token === '\u001f') {
      isScalarNext = true;
      continue;
    }
    if (token.startsWith('#') && !isScalarNext) yield { offset, text: token.slice(1) };
    isScalarNext = false;
    offset += token.length;
  }
}

function firstContent(text: string): number {
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '' && !line.trimStart().startsWith('#')) return offset;
    offset += line.length + 1;
  }
  return offset;
}
