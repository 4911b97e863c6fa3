import type { Json } from './graph.ts';
import type { Place, Problem } from './problems.ts';
import type { Parsed, Path, Source } from './source.ts';

/** What stood where: enough to point at a value, or at the key that leads to it. */
interface Spot {
  readonly offset: number;
  readonly keys: ReadonlyMap<string | number, { readonly key: number; readonly spot: Spot }>;
}

const maximumDepth = 40;

class Refusal extends Error {
  readonly problem: Omit<Problem, 'place'>;
  readonly offset: number;

  constructor(offset: number, problem: Omit<Problem, 'place'>) {
    super(problem.message);
    this.offset = offset;
    this.problem = problem;
  }
}

/** Parses JSON (RFC 8259) with the place of each value; duplicate keys and integers over 2^53 are refused. */
export function parseJson(file: string, text: string): Parsed {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const place = placesOf(body);
  try {
    const { value, spot } = new JsonReader(body, place).read();
    return { source: new JsonSource(file, body, value, spot, place) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { text: body, problems: [{ ...error.problem, place: place(error.offset) }] };
  }
}

function placesOf(text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}

class JsonReader {
  readonly #text: string;
  readonly #place: (offset: number) => Place;
  #at = 0;
  #depth = 0;

  constructor(text: string, place: (offset: number) => Place) {
    this.#text = text;
    this.#place = place;
  }

  read(): { value: Json; spot: Spot } {
    const result = this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#refuse(this.#at, `expected the end of the file, found ${this.#here()}`);
    return result;
  }

  #value(): { value: Json; spot: Spot } {
    this.#space();
    const offset = this.#at;
    const character = this.#text[offset];
    if (character === '{' || character === '[') {
      if (++this.#depth > maximumDepth) this.#refuse(offset, `values are nested deeper than ${maximumDepth}`);
      const result = character === '{' ? this.#object(offset) : this.#array(offset);
      this.#depth--;
      return result;
    }
    const value = character === '"' ? this.#string() : this.#word();
    return { value, spot: { offset, keys: new Map() } };
  }

  #object(offset: number): { value: Json; spot: Spot } {
    const value: Record<string, Json> = {};
    const keys = new Map<string, { key: number; spot: Spot }>();
    let previous: { name: string; offset: number; closed: string | undefined } | undefined;
    this.#at++;
    this.#space();
    if (this.#take('}')) return { value, spot: { offset, keys } };
    for (;;) {
      this.#space();
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"') this.#missingKey(keyAt, previous);
      const name = this.#string();
      if (keys.has(name))
        this.#refuse(
          keyAt,
          `the key \`${name}\` stands in the same object twice`,
          undefined,
          'ASSAY_PIPELINE_DUPLICATE_KEY',
        );
      if (name === '__proto__') this.#refuse(keyAt, '`__proto__` cannot be a key');
      this.#space();
      if (!this.#take(':')) this.#refuse(this.#at, `expected \`:\` after the key \`${name}\`, found ${this.#here()}`);
      const entry = this.#value();
      value[name] = entry.value;
      keys.set(name, { key: keyAt, spot: entry.spot });
      previous = { name, offset: keyAt, closed: this.#text[this.#at - 1] };
      this.#space();
      if (this.#take('}')) return { value, spot: { offset, keys } };
      if (!this.#take(',')) this.#unclosed(offset, `\`,\` or \`}\``, 'object');
    }
  }

  #array(offset: number): { value: Json; spot: Spot } {
    const value: Json[] = [];
    const keys = new Map<number, { key: number; spot: Spot }>();
    this.#at++;
    this.#space();
    if (this.#take(']')) return { value, spot: { offset, keys } };
    for (;;) {
      const entry = this.#value();
      keys.set(value.length, { key: entry.spot.offset, spot: entry.spot });
      value.push(entry.value);
      this.#space();
      if (this.#take(']')) return { value, spot: { offset, keys } };
      if (!this.#take(',')) this.#unclosed(offset, `\`,\` or \`]\``, 'array');
    }
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1; ; at++) {
      const character = this.#text[at];
      if (character === undefined || character === '\n') this.#refuse(start, 'this string has no closing quote');
      if (character === '\\') at++;
      else if (character === '"') {
        this.#at = at + 1;
        const raw = this.#text.slice(start, this.#at);
        try {
          return String(JSON.parse(raw));
        } catch {
          this.#refuse(start, 'this string holds a control character or an unknown escape');
        }
      }
    }
  }

  #word(): Json {
    const start = this.#at;
    const word = /[^\s,:[\]{}"]*/y;
    word.lastIndex = start;
    const text = word.exec(this.#text)?.[0] ?? '';
    this.#at = start + text.length;
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
      const number = Number(text);
      const loses = Number.isInteger(number) && !Number.isSafeInteger(number);
      if (loses || !Number.isFinite(number))
        this.#refuse(
          start,
          'this number is over 2^53 and would lose digits',
          'Put it in quotes.',
          'ASSAY_PIPELINE_VALUE',
        );
      return number;
    }
    this.#at = start;
    this.#refuse(start, `expected a value, found ${this.#here()}`);
  }

  /** The deck's slide, taken as text, lost the outer brackets of `stages`, and braces of entities. */
  #missingKey(
    offset: number,
    previous: { name: string; offset: number; closed: string | undefined } | undefined,
  ): never {
    const closed = previous?.closed;
    if (previous && (closed === ']' || closed === '}') && (this.#text[offset] === '[' || this.#text[offset] === '{')) {
      const { line, column } = this.#place(previous.offset);
      const [what, closing] = closed === ']' ? ['list', 'brackets'] : ['object', 'braces'];
      this.#refuse(
        offset,
        `the ${what} of \`${previous.name}\` (line ${line}, column ${column}) has ended, and another value follows where a key was expected: ${closing} are missing, or stand in the wrong place`,
        'In a JDF, `stages` is [[{…}], [{…}]]: a list of stages, each a list of blocks; and `size` and `name` stand inside their entity. A JDF copied as text from a slide or a web page loses brackets: take the file that it was made from.',
        'ASSAY_PIPELINE_BRACKETS',
      );
    }
    this.#refuse(offset, `expected a key in double quotes, found ${this.#here()}`);
  }

  #unclosed(offset: number, expected: string, what: string): never {
    const { line, column } = this.#place(offset);
    this.#refuse(
      this.#at,
      `expected ${expected} in the ${what} that opens in line ${line}, column ${column}, found ${this.#here()}`,
    );
  }

  #here(): string {
    const rest = this.#text.slice(this.#at, this.#at + 20).split('\n')[0]!;
    return this.#at >= this.#text.length ? 'the end of the file' : `\`${rest.trimEnd()}\``;
  }

  #space(): void {
    const space = /[ \t\r\n]*/y;
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #refuse(offset: number, message: string, hint?: string, code = 'ASSAY_PIPELINE_SYNTAX'): never {
    throw new Refusal(offset, {
      code,
      message: code === 'ASSAY_PIPELINE_SYNTAX' ? `not JSON: ${message}` : message,
      hint,
    });
  }
}

class JsonSource implements Source {
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  readonly #root: Spot;
  readonly #place: (offset: number) => Place;

  constructor(file: string, text: string, value: Json, root: Spot, place: (offset: number) => Place) {
    this.file = file;
    this.text = text;
    this.value = value;
    this.#root = root;
    this.#place = place;
  }

  locate(path: Path, of: 'value' | 'key' = 'value'): Place {
    let spot = this.#root;
    let offset = spot.offset;
    for (const [index, step] of path.entries()) {
      const entry = spot.keys.get(step);
      if (!entry) break;
      spot = entry.spot;
      offset = of === 'key' && index === path.length - 1 ? entry.key : spot.offset;
    }
    return this.#place(offset);
  }
}
