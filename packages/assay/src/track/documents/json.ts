import { DEEPEST, MOST_VALUES, refuse } from './refusal.ts';
import { parseDecimal, type Value } from './value.ts';

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON refuses
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * JSON (RFC 8259) with numbers as exact decimals; a key that stands twice and a lone surrogate are refused.
 * @throws AssayError `ASSAY_TRACK_DOCUMENT` with line and column
 */
export function parseJson(name: string, text: string): Value {
  let at = 0;
  let count = 0;
  const fail = (message: string, place = at) => refuse(name, text, place, message);
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const space = () => void take(SPACE);
  const string = (): string => {
    const start = at;
    const found = take(STRING);
    if (found === undefined) throw fail('expected a string that ends, without control characters or unknown escapes');
    const value: string = JSON.parse(found);
    if (!value.isWellFormed()) throw fail('a surrogate stands alone', start);
    return value;
  };
  const value = (depth: number): Value => {
    if (depth > DEEPEST) throw fail(`nested deeper than ${DEEPEST}`);
    if (++count > MOST_VALUES) throw fail(`more than ${MOST_VALUES} values`);
    space();
    const start = at;
    const first = text[at];
    if (first === '{') return map(start, depth);
    if (first === '[') return list(start, depth);
    if (first === '"') return { at: start, type: 'text', value: string() };
    for (const [word, found] of words) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return { at: start, ...found };
      }
    }
    const digits = take(NUMBER);
    const number = digits ? parseDecimal(digits) : undefined;
    if (number === undefined) throw fail(first === undefined ? 'the document ends early' : 'expected a value');
    return { at: start, type: 'number', value: number };
  };
  const map = (start: number, depth: number): Value => {
    const entries = new Map<string, Value>();
    at++;
    space();
    if (text[at] === '}') {
      at++;
      return { at: start, type: 'map', value: entries };
    }
    for (;;) {
      space();
      const keyAt = at;
      const key = string();
      if (entries.has(key)) throw fail(`the key ${JSON.stringify(key)} stands twice`, keyAt);
      space();
      if (text[at] !== ':') throw fail('expected `:`');
      at++;
      entries.set(key, value(depth + 1));
      space();
      if (text[at] === '}') break;
      if (text[at] !== ',') throw fail('expected `,` or `}`');
      at++;
    }
    at++;
    return { at: start, type: 'map', value: entries };
  };
  const list = (start: number, depth: number): Value => {
    const items: Value[] = [];
    at++;
    space();
    if (text[at] !== ']') {
      for (;;) {
        items.push(value(depth + 1));
        space();
        if (text[at] === ']') break;
        if (text[at] !== ',') throw fail('expected `,` or `]`');
        at++;
      }
    }
    at++;
    return { at: start, type: 'list', value: items };
  };
  const whole = value(0);
  space();
  if (at < text.length) throw fail('there is more after the value');
  return whole;
}

const words = [
  ['null', { type: 'null' }],
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
] as const;
