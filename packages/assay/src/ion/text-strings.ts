import { asciiText, isSpace, skipSpace } from './text-chars.ts';
import type { ByteWindow } from './window.ts';

const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text between `quote` and `quote`; `pos` stands on the first. */
export function readQuoted(window: ByteWindow, quote: number): string {
  const start = ++window.pos;
  let wide = false;
  for (;;) {
    const code = window.peek();
    if (code === quote) {
      const text = wide ? decode(window, start, window.pos) : asciiText(window, start, window.pos);
      window.pos++;
      return text;
    }
    if (code === BACKSLASH) break;
    if (code < 0x20) refuseControl(window, code, false, start - 1);
    if (code >= 0x80) wide = true;
    window.pos++;
  }
  const parts = [decode(window, start, window.pos)];
  readParts(window, parts, (code) => code === quote, { long: false, ascii: false, start: start - 1 });
  window.pos++;
  return joined(window, parts, start - 1);
}

/** `'''…'''` as many times as they follow one another; `pos` stands on the first. */
export function readLong(window: ByteWindow, ascii: boolean): string {
  const start = window.pos;
  const parts: string[] = [];
  do {
    window.pos += 3;
    readParts(window, parts, (code) => code === QUOTE && atTriple(window), { long: true, ascii, start });
    window.pos += 3;
    // A lob has no comments, and ends with `}}`: it looks for more by itself.
    if (ascii) skipPlainSpace(window);
    else skipSpace(window);
  } while (window.peek() === QUOTE && atTriple(window));
  return joined(window, parts, start);
}

export function atTriple(window: ByteWindow): boolean {
  return window.peekAt(1) === QUOTE && window.peekAt(2) === QUOTE;
}

export function skipPlainSpace(window: ByteWindow): number {
  while (isSpace(window.peek())) window.pos++;
  return window.peek();
}

/** The bytes of `"…"` in a clob: ASCII, and \x escapes. */
export function readShortClob(window: ByteWindow): string {
  const start = window.pos++;
  const parts: string[] = [];
  readParts(window, parts, (code) => code === 0x22, { long: false, ascii: true, start });
  window.pos++;
  return parts.join('');
}

interface Form {
  readonly long: boolean;
  /** A clob's: one byte a character. */
  readonly ascii: boolean;
  readonly start: number;
}

function readParts(window: ByteWindow, parts: string[], ends: (code: number) => boolean, form: Form): void {
  let from = window.pos;
  const flush = () => {
    if (from < window.pos) parts.push(decode(window, from, window.pos));
  };
  for (;;) {
    const code = window.peek();
    if (ends(code)) {
      flush();
      return;
    }
    if (code === BACKSLASH) {
      flush();
      parts.push(readEscape(window, form.ascii));
      from = window.pos;
    } else if (code === RETURN && form.long) {
      flush();
      parts.push('\n');
      window.pos += window.peekAt(1) === LINE_FEED ? 2 : 1;
      from = window.pos;
    } else {
      if (code < 0x20) refuseControl(window, code, form.long, form.start);
      if (code >= 0x80 && form.ascii) window.fail('a clob has only ASCII characters; others as \\x escapes');
      window.pos++;
    }
  }
}

function refuseControl(window: ByteWindow, code: number, long: boolean, start: number): void {
  if (code === -1) window.fail('text without its closing quote', start);
  if (code === 0x09 || code === 0x0b || code === 0x0c || (long && code === LINE_FEED)) return;
  window.fail('a control character within text');
}

function decode(window: ByteWindow, start: number, end: number): string {
  try {
    return utf8.decode(window.bytes.subarray(start, end));
  } catch {
    return window.fail('text that is not UTF-8', start);
  }
}

/** Surrogates may come as two escapes; alone they are no text. */
function joined(window: ByteWindow, parts: readonly string[], start: number): string {
  const text = parts.join('');
  if (!text.isWellFormed()) window.fail('half of a surrogate pair', start);
  return text;
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  v: '\v',
  '"': '"',
  "'": "'",
  '?': '?',
  '\\': '\\',
  '/': '/',
  '\n': '',
};

function readEscape(window: ByteWindow, ascii: boolean): string {
  const start = window.pos++;
  const code = window.peek();
  const char = code === -1 ? '' : String.fromCharCode(code);
  window.pos++;
  const simple = escapes[char];
  if (simple !== undefined) return simple;
  if (code === RETURN) {
    if (window.peek() === LINE_FEED) window.pos++;
    return '';
  }
  const digits = char === 'x' ? 2 : ascii ? 0 : char === 'u' ? 4 : char === 'U' ? 8 : 0;
  if (digits === 0) window.fail('an escape that Ion does not have', start);
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = Number.parseInt(String.fromCharCode(window.peek()), 16);
    if (Number.isNaN(digit)) window.fail(`\\${char} takes ${digits} hexadecimal digits`, start);
    value = value * 16 + digit;
    window.pos++;
  }
  if (value > 0x10ffff) window.fail('an escape beyond Unicode', start);
  return String.fromCodePoint(value);
}
