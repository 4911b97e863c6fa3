import type { Document } from 'yaml';
import { AssayError } from '../errors.ts';
import { yaml } from '../lazy-yaml.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { mergeConflict } from './text.ts';
import type { Value } from './value.ts';
import { withNumbers } from './yaml-numbers.ts';

/** Larger files than any person or tool writes; parsing one would take minutes. */
const largestText = 64 * 2 ** 20;
const deepest = 200;

const parseOptions = {
  version: '1.2',
  schema: 'core',
  intAsBigInt: true,
  uniqueKeys: true,
  merge: true,
  // What it would print to the terminal by itself.
  logLevel: 'error',
  customTags: (tags: readonly unknown[]) => withNumbers(tags) as never,
} as const;

const formatOptions = {
  indentSeq: false,
  nullStr: '',
  lineWidth: 80,
  singleQuote: true,
  flowCollectionPadding: false,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/**
 * Reads YAML 1.2 as DVC does, integers and floats kept apart.
 * @param file only for messages
 * @throws AssayError `ASSAY_DVC_YAML` with file, line and column: bad syntax, a key twice, an unknown tag,
 * an alias that multiplies itself; `ASSAY_DVC_CONFLICT`
 */
export function parseYaml(text: string, file: string): Value {
  const known = read.get(text);
  if (known !== undefined) return known;
  const value = readPlainYaml(text) ?? toValue(parseYamlDocument(text, file), file);
  if (text.length <= rememberedLength && value !== null) {
    if (read.size >= rememberedTexts) read.clear();
    read.set(text, value);
  }
  return value;
}

/** Commits, and stages in them, have most of their texts in common. Values are never changed, so one stands for all. */
const read = new Map<string, Value>();
const rememberedTexts = 1000;
const rememberedLength = 16 * 1024;

/** Like `parseYaml`, for a document that is to be edited: comments and order stay. */
export function parseYamlDocument(text: string, file: string): Document.Parsed {
  if (text.length > largestText) throw invalid(file, 'it is larger than 64 MiB', undefined);
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { ...parseOptions, lineCounter: lines }) as Document.Parsed;
  } catch (error) {
    if (error instanceof RangeError) throw invalid(file, 'it is nested too deeply', undefined);
    throw error;
  }
  // A tag that is not known would count as none: its value would be another one than was meant.
  const problem = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (problem) {
    const conflict = mergeConflict(text, file);
    if (conflict) throw conflict;
    const { line, col } = lines.linePos(problem.pos[0]);
    const message = problem.message.split(/ at line \d/)[0] ?? problem.message;
    const told = message.startsWith('Maximum call stack') ? 'it is nested too deeply' : message;
    throw invalid(`${file}:${line}:${col}`, told, problem);
  }
  return document;
}

/** The plain value of a document. */
export function toValue(document: Document.Parsed, file: string): Value {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof RangeError) throw invalid(file, 'it is nested too deeply', error);
    const message = error instanceof Error ? error.message : '';
    throw invalid(file, /alias/i.test(message) ? `its aliases multiply: ${message}` : message, error);
  }
  return checked(value, file, 0);
}

/** A value in DVC's style: sequences not indented, nulls left empty, single quotes where needed, lines of about 80. */
export function formatYaml(value: Value): string {
  const document = new (yaml().Document)(value, { ...parseOptions, aliasDuplicateObjects: false });
  yaml().visit(document, {
    Scalar(_key, node) {
      // DVC's writer quotes lines and tabs, where others begin a block.
      if (typeof node.value !== 'string') return;
      if (/[\n\t]/.test(node.value)) node.type = 'QUOTE_DOUBLE';
      // Marks of YAML's own to it.
      else if (/^(?:=$|\.\.\.|---)/.test(node.value)) node.type = 'QUOTE_SINGLE';
    },
  });
  return formatYamlDocument(document);
}

export function formatYamlDocument(document: Document): string {
  return document.toString(formatOptions);
}

/** What `toJS` gives, with nothing but values in it: a key that is no text is one by its text, as in JSON. */
function checked(value: unknown, file: string, depth: number): Value {
  if (depth > deepest) throw invalid(file, 'it is nested too deeply', undefined);
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') {
    if (Array.isArray(value)) return value.map((one: unknown) => checked(one, file, depth + 1));
    if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
      const entries = Object.entries(value).map(([key, one]) => [key, checked(one, file, depth + 1)] as const);
      return Object.fromEntries(entries);
    }
    throw invalid(file, `it holds a value of a kind that is not supported: ${value.constructor?.name}`, undefined);
  }
  if (['string', 'boolean', 'bigint', 'number'].includes(typeof value)) return value as Value;
  throw invalid(file, `it holds a value of a kind that is not supported: ${typeof value}`, undefined);
}

function invalid(place: string, message: string, cause: unknown): AssayError {
  return new AssayError('ASSAY_DVC_YAML', `${place}: ${message}`, {
    hint: 'Correct the file, or bring it back from git.',
    ...(cause === undefined ? {} : { cause }),
  });
}
