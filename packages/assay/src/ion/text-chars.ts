import type { ByteWindow } from './window.ts';

const SPACE = 1;
const IDENTIFIER = 2;
const OPERATOR = 4;
const DIGIT = 8;
const STOP = 16;

/** What an ASCII character may be part of, as bits. */
const classes = new Uint8Array(256);
for (const char of ' \t\n\r\v\f') classes[char.charCodeAt(0)]! |= SPACE | STOP;
for (const char of '{}[](),"\'') classes[char.charCodeAt(0)]! |= STOP;
for (const char of '!#%&*+-./;<=>?@^`|~') classes[char.charCodeAt(0)]! |= OPERATOR;
for (let code = 0x30; code <= 0x39; code++) classes[code]! |= DIGIT | IDENTIFIER;
for (let code = 0x41; code <= 0x5a; code++) classes[code]! |= IDENTIFIER;
for (let code = 0x61; code <= 0x7a; code++) classes[code]! |= IDENTIFIER;
for (const char of '_$') classes[char.charCodeAt(0)]! |= IDENTIFIER;

/** Each of these is false for -1, the end. */
export const isSpace = (code: number): boolean => (classes[code]! & SPACE) !== 0;
export const isDigit = (code: number): boolean => (classes[code]! & DIGIT) !== 0;
export const isIdentifier = (code: number): boolean => (classes[code]! & IDENTIFIER) !== 0;
export const isOperator = (code: number): boolean => (classes[code]! & OPERATOR) !== 0;

/** What must stand behind a number. */
export const endsNumber = (code: number): boolean => code === -1 || (classes[code]! & STOP) !== 0;

const SLASH = 0x2f;
const STAR = 0x2a;

/** White space and comments; the next byte, or -1. */
export function skipSpace(window: ByteWindow): number {
  for (;;) {
    const code = window.peek();
    if (code > 0x2f) return code;
    if (isSpace(code)) window.pos++;
    else if (code !== SLASH || !skipComment(window)) return code;
  }
}

/** Whether there was one. */
export function skipComment(window: ByteWindow): boolean {
  const next = window.peekAt(1);
  if (next !== SLASH && next !== STAR) return false;
  const start = window.pos;
  window.pos += 2;
  for (;;) {
    const code = window.peek();
    if (code === -1) {
      if (next === STAR) window.fail('a comment without an end', start);
      return true;
    }
    window.pos++;
    if (next === SLASH && code === 0x0a) return true;
    if (next === STAR && code === STAR && window.peek() === SLASH) {
      window.pos++;
      return true;
    }
  }
}

const TABLE_SIZE = 2048;
const LONGEST = 32;
const known: string[] = new Array<string>(TABLE_SIZE).fill('');

/** ASCII bytes as a string. Short ones that come again and again, names for the most part, are made once. */
export function asciiText(window: ByteWindow, start: number, end: number): string {
  const { bytes } = window;
  const length = end - start;
  if (length > LONGEST) return bytes.toString('latin1', start, end);
  let key = length;
  for (let i = start; i < end; i++) key = (Math.imul(key, 31) + bytes[i]!) | 0;
  const slot = (key ^ (key >>> 11)) & (TABLE_SIZE - 1);
  const candidate = known[slot]!;
  if (candidate.length === length) {
    let i = 0;
    while (i < length && candidate.charCodeAt(i) === bytes[start + i]) i++;
    if (i === length) return candidate;
  }
  const text = bytes.toString('latin1', start, end);
  known[slot] = text;
  return text;
}
