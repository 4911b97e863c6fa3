import { basename } from 'node:path';
import { shellQuoted, toText, type Value } from '../../dvc/index.ts';
import { asArgument, partsOf, splitWords } from '../commands.ts';
import type { Json } from '../graph.ts';

/** The shell that DVC would start, by its name. */
export function shellName(environment: NodeJS.ProcessEnv): string {
  return basename(environment.SHELL || '/bin/sh');
}

/** What a word of a JDF command may name. */
export interface WordContext {
  readonly portPath: (side: 'inputs' | 'outputs', port: string) => string;
  readonly parameter: (name: string) => { readonly json: Json; readonly value: Value } | undefined;
  readonly onLoss: (message: string, isFatal?: true) => void;
}

/** An argument list as a line for a shell, its parameters as templates of DVC. */
export function toShellLine(argv: readonly string[], context: WordContext, shell: string): string {
  const [program, flag, script, ...more] = argv;
  // DVC hands the line to this very shell.
  if ((program === shell || program === 'sh') && flag === '-c' && script !== undefined && more.length === 0) {
    return partsOf(script)
      .map((part) => (typeof part === 'string' ? escaped(part) : bare(part, context)))
      .join('');
  }
  return argv.map((word) => toShellWord(word, context)).join(' ');
}

function toShellWord(word: string, context: WordContext): string {
  const parts = partsOf(word);
  if (parts.length === 0) return "''";
  return parts
    .map((part) => {
      if (typeof part === 'string') return escaped(shellQuoted(part));
      if (part.kind !== 'parameters') return escaped(shellQuoted(context.portPath(part.kind, part.name)));
      return quotedTemplate(part.name, context);
    })
    .join('');
}

function bare(part: Exclude<ReturnType<typeof partsOf>[number], string>, context: WordContext): string {
  return part.kind === 'parameters'
    ? template(part.name, context, (text) => text)
    : escaped(context.portPath(part.kind, part.name));
}

const plainText = /^[\w@%+=:,./-]+$/;

/** In quotes where the value needs them. */
function quotedTemplate(name: string, context: WordContext): string {
  return template(name, context, (text, value) => {
    if (typeof value !== 'string' || plainText.test(value)) return text;
    if (value.includes("'"))
      context.onLoss(`the parameter \`${name}\` holds a quote, which a line for a shell cannot`, true);
    return `'${text}'`;
  });
}

function template(name: string, context: WordContext, quote: (text: string, value: Json) => string): string {
  const found = context.parameter(name);
  if (!found) return '';
  const { json, value } = found;
  if (Array.isArray(json)) {
    context.onLoss(`the list \`${name}\` is written item by item: the command has as many as there are now`);
    return json.map((item: Json, i) => quote(`\${${name}[${i}]}`, item)).join(',');
  }
  const here = asArgument(json);
  if ('text' in here && here.text !== toText(value)) {
    context.onLoss(`the parameter \`${name}\` is ${here.text} in a command here, and ${toText(value)} in one of DVC`);
  }
  return quote(`\${${name}}`, json);
}

function escaped(text: string): string {
  return text.replaceAll('${', '\\${');
}

const onlyInShells = new Set(
  'cd . source export set unset alias eval exec exit ulimit umask type if for while until case select function time trap wait return shift read let local declare readonly pushd popd shopt { ! [['.split(
    ' ',
  ),
);

/**
 * Whether a line means the same without a shell: it can be split into words, and nothing in it would be expanded.
 * @param plainValue whether a parameter's value is one word, whatever it is put between
 */
export function isPlain(line: string, plainValue: (name: string) => boolean): boolean {
  const words = splitWords(line);
  if (!Array.isArray(words) || words.length === 0 || onlyInShells.has(words[0]!)) return false;
  const literal = partsOf(line).filter((part) => typeof part === 'string');
  if (literal.some((text) => /[$`{}!]/.test(text))) return false;
  return partsOf(line).every((part) => typeof part === 'string' || plainValue(part.name));
}
