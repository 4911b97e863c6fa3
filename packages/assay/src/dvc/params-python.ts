import { AssayError } from '../errors.ts';
import type { Value } from './value.ts';

/**
 * Reads assignments of literals in a Python file, at its top level and in the bodies of classes and their `__init__`, as DVC
 * does: numbers, texts, booleans, None, lists, tuples, sets and dictionaries of these. Everything else is passed over; nothing is
 * executed.
 * @throws AssayError `ASSAY_DVC_PARAMS`
 */
export function parsePythonParams(text: string, file: string): { readonly [key: string]: Value } {
  const result: Record<string, Value> = {};
  /** Classes and functions around a line, by their indentation. */
  const open: { readonly indent: number; readonly into: Record<string, Value> | undefined; readonly self: boolean }[] =
    [];
  for (const { indent, code } of logicalLines(text, file)) {
    while (open.length > 0 && open[open.length - 1]!.indent >= indent) open.pop();
    const around = open[open.length - 1] ?? { into: result, self: false };
    const classMatch = /^class\s+([A-Za-z_]\w*)/.exec(code);
    if (classMatch && around.into) {
      const into: Record<string, Value> = {};
      around.into[classMatch[1]!] = into;
      open.push({ indent, into, self: false });
      continue;
    }
    if (/^def\s+__init__\b/.test(code) && open.length > 0) {
      open.push({ indent, into: around.into, self: true });
      continue;
    }
    if (
      /:\s*$/.test(code) &&
      /^(?:async\s+)?(?:def|if|for|while|with|try|else|elif|except|finally|match)\b/.test(code)
    ) {
      open.push({ indent, into: undefined, self: false });
      continue;
    }
    if (!around.into) continue;
    const assignment = /^((?:self\.)?[A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)\s*([\s\S]+)$/.exec(code);
    if (!assignment) continue;
    const [, name = '', expression = ''] = assignment;
    if (name.startsWith('self.') !== around.self) continue;
    const value = new Literal(expression).read();
    if (value !== undefined) around.into[name.replace(/^self\./, '')] = value;
  }
  return result;
}

/** Lines joined where brackets or triple quotes stay open; comments left out. */
function* logicalLines(text: string, file: string): Generator<{ readonly indent: number; readonly code: string }> {
  let at = 0;
  while (at < text.length) {
    const start = at;
    let depth = 0;
    let code = '';
    for (; at < text.length; at++) {
      const character = text[at]!;
      if (character === '#') {
        while (at < text.length && text[at] !== '\n') at++;
        at--;
      } else if (character === '"' || character === "'") {
        const end = endOfString(text, at);
        if (end === undefined) {
          throw new AssayError('ASSAY_DVC_PARAMS', `${file}: a string never ends`, { hint: 'Correct the file.' });
        }
        code += text.slice(at, end);
        at = end - 1;
      } else if (character === '\\' && text[at + 1] === '\n') at++;
      else if (character === '\n' && depth <= 0) break;
      else {
        if ('([{'.includes(character)) depth++;
        else if (')]}'.includes(character)) depth--;
        code += character;
      }
    }
    at++;
    const line = text.slice(start, at);
    const indent = /^[ \t]*/.exec(line)![0].replace(/\t/g, '        ').length;
    if (code.trim() !== '') yield { indent, code: code.trim() };
  }
}

function endOfString(text: string, start: number): number | undefined {
  const mark = text[start]!;
  const triple = text.startsWith(mark.repeat(3), start);
  const close = triple ? mark.repeat(3) : mark;
  for (let at = start + close.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(close, at)) return at + close.length;
    else if (!triple && text[at] === '\n') return undefined;
  }
  return undefined;
}

/** A Python literal; `read` answers undefined for what is none. */
class Literal {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Value | undefined {
    try {
      const value = this.#value();
      this.#space();
      return this.#at === this.#text.length ? value : undefined;
    } catch {
      return undefined;
    }
  }

  #value(): Value {
    this.#space();
    const rest = this.#text.slice(this.#at);
    const word = /^(?:True|False|None)\b/.exec(rest)?.[0];
    if (word) {
      this.#at += word.length;
      return word === 'None' ? null : word === 'True';
    }
    const number =
      /^[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?\.?)/.exec(
        rest,
      )?.[0];
    if (number !== undefined && number !== '') {
      this.#at += number.length;
      return toNumber(number.replaceAll('_', ''));
    }
    const first = rest[0];
    if (first === '[') return this.#list('[', ']');
    if (first === '(') return this.#list('(', ')');
    if (first === '{') return this.#braces();
    return this.#strings();
  }

  #list(open: string, close: string): readonly Value[] {
    this.#expect(open);
    const items: Value[] = [];
    for (;;) {
      if (this.#take(close)) return items;
      items.push(this.#value());
      if (!this.#take(',')) {
        this.#expect(close);
        return items;
      }
    }
  }

  #braces(): Value {
    this.#expect('{');
    const fields: Record<string, Value> = {};
    const items: Value[] = [];
    for (;;) {
      if (this.#take('}')) break;
      const key = this.#value();
      if (this.#take(':')) fields[typeof key === 'string' ? key : String(key)] = this.#value();
      else items.push(key);
      if (!this.#take(',')) {
        this.#expect('}');
        break;
      }
    }
    return items.length > 0 ? items : fields;
  }

  #strings(): string {
    let joined = '';
    for (let count = 0; ; count++) {
      this.#space();
      const prefix = /^[rRuU]?(?=["'])/.exec(this.#text.slice(this.#at));
      if (!prefix) {
        if (count === 0) throw new SyntaxError('no literal');
        return joined;
      }
      const start = this.#at + prefix[0].length;
      const end = endOfString(this.#text, start);
      if (end === undefined) throw new SyntaxError('no literal');
      const size = this.#text.startsWith(this.#text[start]!.repeat(3), start) && end - start >= 6 ? 3 : 1;
      const inner = this.#text.slice(start + size, end - size);
      joined += /r/i.test(prefix[0]) ? inner : unescaped(inner);
      this.#at = end;
    }
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #take(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw new SyntaxError(`no ${mark}`);
  }
}

function toNumber(text: string): bigint | number {
  if (/^[+-]?0[xXoObB]/.test(text)) {
    const value = BigInt(text.replace(/^[+-]/, ''));
    return text.startsWith('-') ? -value : value;
  }
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : Number(text);
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
};

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
    (whole, x, u, long, one) => {
      const code = x ?? u ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      if (one === '\n') return '';
      return one === '\\' || one === "'" || one === '"' ? one : (escapes[one] ?? whole);
    },
  );
}
