// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pipelines
import type { Json } from './graph.ts';
import type { Commands } from './schema.ts';

/** A mistake in a command, without its place. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What a placeholder names: `${parameters.a.b}`, `${inputs.port}`, `${outputs.port}`. */
export interface Reference {
  readonly kind: 'parameters' | 'inputs' | 'outputs';
  readonly name: string;
}

/** Brings each way of writing `run` into a list of argument lists. */
export function toArgvs(commands: Commands): { readonly argvs: readonly (readonly string[])[] } | Complaint {
  if (typeof commands === 'string') return splitLines(commands);
  if (commands.every((item) => typeof item === 'string')) return checkArgvs([commands]);
  return checkArgvs(commands.filter((item) => typeof item !== 'string'));
}

function checkArgvs(
  argvs: readonly (readonly string[])[],
): { readonly argvs: readonly (readonly string[])[] } | Complaint {
  for (const [program] of argvs) {
    if (program === undefined || program === '')
      return { code: 'ASSAY_PIPELINE_COMMAND', message: 'a command has no program: its first word is empty' };
    if (/\s/.test(program.replace(/\$\{[^}]*\}/g, '')))
      return {
        code: 'ASSAY_PIPELINE_COMMAND',
        message: `\`${program}\` is the first word of a list, so it is the name of a program, but it holds a space`,
        hint: 'One command: [program, argument, …]. Several: [[program, …], [program, …]], or one text with a line each.',
      };
  }
  return { argvs };
}

function splitLines(text: string): { readonly argvs: readonly (readonly string[])[] } | Complaint {
  const argvs: (readonly string[])[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const words = splitWords(line);
    if (!Array.isArray(words)) return words;
    argvs.push(words);
  }
  if (argvs.length === 0) return { code: 'ASSAY_PIPELINE_COMMAND', message: 'the command is empty' };
  return checkArgvs(argvs);
}

const shellMeaning: Readonly<Record<string, string>> = {
  '|': 'a pipe',
  '&': 'a background job or `&&`',
  ';': 'a second command',
  '<': 'a redirection',
  '>': 'a redirection',
  '(': 'a subshell',
  ')': 'a subshell',
  '`': 'a command substitution',
  '*': 'a file pattern',
  '?': 'a file pattern',
  '[': 'a file pattern',
  $: 'a shell variable',
  '~': 'a home folder',
  '#': 'a comment',
};

const noShell =
  'Commands are started without a shell. Quote the character if it is meant as it stands; give each command a line of its own; or write ["bash", "-c", "…"] where a shell is wanted.';

/**
 * Splits one line into words: white space separates; '…' and "…" group (in double quotes, `\"` and `\\` escape);
 * outside quotes `\` takes the next character as it is; `${…}` is never split. What only a shell would understand
 * is refused.
 */
export function splitWords(line: string): string[] | Complaint {
  const words: string[] = [];
  let word: string | undefined;
  const refuse = (message: string, hint = noShell): Complaint => ({ code: 'ASSAY_PIPELINE_COMMAND', message, hint });
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const starts = word === undefined;
    word ??= '';
    if (character === "'" || character === '"') {
      const group = quoted(line, i);
      if (!group)
        return refuse(`the quote ${character} at character ${i + 1} is not closed`, 'Close it, or escape it with \\.');
      word += group.text;
      i = group.end;
    } else if (character === '\\') {
      const next = line[++i];
      if (next === undefined)
        return refuse('a `\\` ends the line', 'Use `>-` to write one command over several lines of YAML.');
      word += next;
    } else if (character === '$' && (line[i + 1] === '{' || line.startsWith('$${', i))) {
      const end = line.indexOf('}', i);
      if (end < 0) return refuse('`${` is not closed by `}`', undefined);
      word += line.slice(i, end + 1);
      i = end;
    } else if (Object.hasOwn(shellMeaning, character) && !('~#'.includes(character) && !starts)) {
      return refuse(
        `\`${character}\` at character ${i + 1} of \`${shorten(line)}\` means ${shellMeaning[character]} to a shell`,
      );
    } else word += character;
  }
  if (word !== undefined) words.push(word);
  if (words[0] !== undefined && /^[A-Za-z_]\w*=/.test(words[0]))
    return refuse(`\`${words[0]}\` sets a variable for a shell`, 'Set it in the `variables` of an Environment entity.');
  return words;
}

function quoted(line: string, start: number): { text: string; end: number } | undefined {
  const quote = line[start];
  let text = '';
  for (let i = start + 1; i < line.length; i++) {
    const character = line[i]!;
    if (character === quote) return { text, end: i };
    if (quote === '"' && character === '\\' && (line[i + 1] === '"' || line[i + 1] === '\\')) text += line[++i];
    else text += character;
  }
  return undefined;
}

const placeholder = /\$\$\{|\$\{([^}]*)(\}?)/g;

/** The placeholders of a word, or the first that is none. */
export function referencesIn(word: string): readonly Reference[] | Complaint {
  const references: Reference[] = [];
  for (const [whole, inside, close] of word.matchAll(placeholder)) {
    if (inside === undefined) continue;
    const [kind, ...rest] = inside.split('.');
    const name = rest.join('.');
    if (!close || !isKind(kind) || name === '')
      return {
        code: 'ASSAY_PIPELINE_PLACEHOLDER',
        message: `\`${whole}\` is no placeholder`,
        hint: 'There are `${parameters.NAME}`, `${inputs.PORT}` and `${outputs.PORT}`; `$${` stands for `${` itself.',
      };
    references.push({ kind, name });
  }
  return references;
}

function isKind(text: string | undefined): text is Reference['kind'] {
  return text === 'parameters' || text === 'inputs' || text === 'outputs';
}

/** A word in pieces: texts as they are meant, and placeholders, which `referencesIn` has found good. */
export function partsOf(word: string): readonly (string | Reference)[] {
  const parts: Reference[] = [];
  const texts = [''];
  let at = 0;
  for (const match of word.matchAll(placeholder)) {
    const [whole, inside] = match;
    texts[parts.length] += word.slice(at, match.index);
    at = match.index + whole.length;
    const [kind, ...rest] = inside?.split('.') ?? [];
    if (inside === undefined) texts[parts.length] += '${';
    else if (isKind(kind)) {
      parts.push({ kind, name: rest.join('.') });
      texts.push('');
    }
  }
  texts[parts.length] += word.slice(at);
  return texts.flatMap((text, i) => [...(text === '' ? [] : [text]), ...parts.slice(i, i + 1)]);
}

/** Puts values in place of the placeholders, which `referencesIn` has found good. */
export function render(word: string, resolve: (reference: Reference) => string): string {
  return partsOf(word)
    .map((part) => (typeof part === 'string' ? part : resolve(part)))
    .join('');
}

/** A parameter as an argument: scalars as they are written, lists joined by commas. */
export function asArgument(value: Json): { readonly text: string } | { readonly why: string } {
  if (value === null) return { why: 'it has no value' };
  if (typeof value === 'string' && value.includes('\0')) return { why: 'it holds a zero byte' };
  if (typeof value !== 'object') return { text: String(value) };
  if (!Array.isArray(value)) return { why: 'it is a mapping; name one of its values' };
  const parts: string[] = [];
  for (const item of value) {
    if (typeof item === 'object') return { why: 'a list in an argument holds plain values only' };
    if (String(item).includes(',')) return { why: `its list is joined by commas, and \`${String(item)}\` holds one` };
    parts.push(String(item));
  }
  return { text: parts.join(',') };
}

function shorten(text: string): string {
  const line = text.trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
