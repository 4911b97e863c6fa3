import type { Value } from './value.ts';

/** Deeper than any of DVC's files. */
const deepest = 40;

interface Line {
  readonly indent: number;
  readonly text: string;
}

/**
 * Reads YAML as programs write it: block maps and lists, words, whole numbers, texts on one line. Undefined for all that is not so
 * plain that there can be no doubt, be it right or wrong: the YAML library is asked then, which takes twenty times as long.
 */
export function readPlainYaml(text: string): Value | undefined {
  // Printable ASCII alone: no tabs, no other line ends, nothing that YAML treats in a way of its own.
  if (!/^[\n -~]+$/.test(text)) return undefined;
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    const indent = line.search(/[^ ]/);
    if (indent < 0) continue;
    if (line[indent] === '#') continue;
    if (line.endsWith(' ')) return undefined;
    lines.push({ indent, text: line.slice(indent) });
  }
  if (lines.length === 0 || lines[0]!.indent !== 0) return undefined;
  const reader = new Reader(lines);
  const value = reader.block(0, 0);
  return value !== undefined && reader.isAtEnd ? value : undefined;
}

const entry = /^([A-Za-z_][A-Za-z0-9_./@-]*|'[A-Za-z_][A-Za-z0-9_./@ -]*'):(?: ([^ ].*))?$/;

class Reader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#lines.length;
  }

  /** The map or list that begins with the next line. */
  block(indent: number, depth: number): Value | undefined {
    if (depth > deepest) return undefined;
    return isItem(this.#lines[this.#at]!.text) ? this.#list(indent, depth) : this.#map(indent, depth);
  }

  #map(indent: number, depth: number, first?: string): Value | undefined {
    const result: Record<string, Value> = {};
    let inline = first;
    for (;;) {
      const line = inline === undefined ? this.#lines[this.#at] : { indent, text: inline };
      if (line === undefined || line.indent < indent) return result;
      if (line.indent > indent) return undefined;
      const found = entry.exec(line.text);
      if (!found) return undefined;
      const [, written = '', rest] = found;
      const quoted = written.startsWith("'");
      const key = quoted ? written.slice(1, -1) : written;
      if ((!quoted && isWord(key)) || key === '__proto__' || Object.hasOwn(result, key)) return undefined;
      this.#at++;
      inline = undefined;
      const value = rest === undefined ? this.#nested(indent, depth) : this.#scalar(rest, indent);
      if (value === undefined) return undefined;
      result[key] = value;
    }
  }

  #list(indent: number, depth: number): Value | undefined {
    const result: Value[] = [];
    for (;;) {
      const line = this.#lines[this.#at];
      if (line === undefined || line.indent < indent || (line.indent === indent && !isItem(line.text))) return result;
      if (line.indent > indent) return undefined;
      const rest = line.text.slice(2);
      if (rest === '' || rest.startsWith(' ') || isItem(rest)) return undefined;
      let value: Value | undefined;
      if (entry.test(rest)) value = this.#map(indent + 2, depth + 1, rest);
      else {
        this.#at++;
        value = this.#scalar(rest, indent);
      }
      if (value === undefined) return undefined;
      result.push(value);
    }
  }

  /** What stands under a key without a value. */
  #nested(indent: number, depth: number): Value | undefined {
    const next = this.#lines[this.#at];
    if (next === undefined || next.indent < indent) return null;
    // A list may stand right under its key.
    if (next.indent === indent && !isItem(next.text)) return null;
    return this.block(next.indent, depth + 1);
  }

  #scalar(text: string, indent: number): Value | undefined {
    const next = this.#lines[this.#at];
    // It goes on in the next line, or something is wrong.
    if (next !== undefined && next.indent > indent) return undefined;
    return readScalar(text);
  }
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}

/** Words that are no text. */
function isWord(text: string): boolean {
  return /^(?:null|true|false)$/i.test(text);
}

function readScalar(text: string): Value | undefined {
  if (/^(?:0|[1-9][0-9]{0,14})$/.test(text)) return BigInt(text);
  if (/^(?:0|[1-9][0-9]{0,8})\.[0-9]{1,6}$/.test(text)) return Number(text);
  if (/^'[^']*'$/.test(text) || /^"[^"\\]*"$/.test(text)) return text.slice(1, -1);
  if (text.startsWith('[')) return readFlow(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (isWord(text) || !/^[A-Za-z_/$]|^[0-9a-f]{32}(?:\.dir)?$/.test(text)) return undefined;
  // A hash of digits alone, or like `12e5` or `0b01`, may be a number.
  if (/^[0-9]/.test(text) && !/^(?!0b).*[a-df]/.test(text)) return undefined;
  if (/: |:$| #/.test(text)) return undefined;
  return text;
}

/** A list of words in brackets. */
function readFlow(text: string): Value | undefined {
  const inner = /^\[([A-Za-z0-9_./-]+(?:, [A-Za-z0-9_./-]+)*)?\]$/.exec(text);
  if (!inner) return undefined;
  if (inner[1] === undefined) return [];
  const values = inner[1].split(', ').map(readScalar);
  return values.every((value) => value !== undefined) ? values : undefined;
}
