import type { SymbolTable } from './symbols.ts';
import { asciiText, isDigit, isIdentifier, isOperator, skipSpace } from './text-chars.ts';
import { readLob } from './text-lobs.ts';
import { readNumber, requireEnd } from './text-numbers.ts';
import { atTriple, readLong, readQuoted } from './text-strings.ts';
import { DEEPEST, type IonContent, type IonField, type IonPlaces, type IonValue, isTypeName } from './value.ts';
import { type ByteWindow, MoreNeeded } from './window.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const DOLLAR = 0x24;
const NONE: readonly never[] = [];
const KEYWORDS = new Set(['null', 'true', 'false', 'nan']);

/** Reads Ion 1.0 text, of which JSON is a part. https://amazon-ion.github.io/ion-docs/docs/spec.html */
export class TextReader {
  readonly #window: ByteWindow;
  readonly #symbols: SymbolTable;
  readonly #places: IonPlaces | undefined;

  constructor(window: ByteWindow, symbols: SymbolTable, places?: IonPlaces) {
    this.#window = window;
    this.#symbols = symbols;
    this.#places = places;
  }

  /**
   * The next value at the top; undefined after the last.
   * @throws MoreNeeded, with the window's `pos` before the value; IonSyntaxError
   */
  next(): IonValue | undefined {
    const window = this.#window;
    for (;;) {
      let start = window.pos;
      try {
        const code = skipSpace(window);
        if (code === -1) return undefined;
        start = window.pos;
        const value = this.#value(code, 0, false);
        if (!(code === DOLLAR && this.#isMarker(value)) && !this.#symbols.take(value, start)) return value;
      } catch (error) {
        if (error instanceof MoreNeeded) window.pos = start;
        throw error;
      }
    }
  }

  /** `$ion_1_0`, after which symbol tables begin anew. */
  #isMarker(value: IonValue): boolean {
    const text = value.type === 'symbol' && value.annotations.length === 0 ? value.text : null;
    if (text === null || !/^\$ion_\d+_\d+$/.test(text)) return false;
    if (text !== '$ion_1_0') this.#window.fail(`${text}: only Ion 1.0 is read`);
    this.#symbols.reset();
    return true;
  }

  #value(first: number, depth: number, inSexp: boolean): IonValue {
    const start = this.#window.pos;
    const value = this.#annotated(first, depth, inSexp);
    this.#places?.set(value, start);
    return value;
  }

  #annotated(first: number, depth: number, inSexp: boolean): IonValue {
    const window = this.#window;
    let annotations: (string | null)[] | undefined;
    let code = first;
    for (;;) {
      const start = window.pos;
      let text: string | null;
      let bare = false;
      if (isIdentifier(code) && !isDigit(code)) {
        text = this.#identifier();
        bare = true;
      } else if (code === QUOTE && !atTriple(window)) text = readQuoted(window, QUOTE);
      else return this.#withAnnotations(annotations, this.#content(code, depth, inSexp));
      if (!this.#annotates()) {
        const content = bare ? this.#word(text, start) : ({ type: 'symbol', text } as const);
        return this.#withAnnotations(annotations, content);
      }
      const name = bare ? this.#symbol(text, start) : text;
      annotations ??= [];
      annotations.push(name);
      code = skipSpace(window);
    }
  }

  #withAnnotations(annotations: readonly (string | null)[] | undefined, content: IonContent): IonValue {
    (content as { annotations?: readonly (string | null)[] }).annotations = annotations ?? NONE;
    return content as IonValue;
  }

  /** Whether `::` follows, which is then taken. */
  #annotates(): boolean {
    const window = this.#window;
    // Most often a comma or a bracket stands there, and nothing needs to be looked at twice.
    const before = window.pos;
    if (skipSpace(window) === COLON && window.peekAt(1) === COLON) {
      window.pos += 2;
      return true;
    }
    window.pos = before;
    return false;
  }

  #identifier(): string {
    const window = this.#window;
    const start = window.pos++;
    while (isIdentifier(window.peek())) window.pos++;
    return asciiText(window, start, window.pos);
  }

  /** What an identifier that is no annotation means: a keyword, a null of some type, a symbol. */
  #word(text: string, start: number): IonContent {
    const window = this.#window;
    if (text === 'true' || text === 'false') return { type: 'bool', value: text === 'true' };
    if (text === 'nan') return { type: 'float', value: Number.NaN };
    if (text !== 'null') return { type: 'symbol', text: this.#symbol(text, start) };
    if (window.peek() !== 0x2e) return { type: 'null', of: 'null' };
    window.pos++;
    const of = isIdentifier(window.peek()) ? this.#identifier() : '';
    if (!isTypeName(of)) return window.fail('null of a type that there is not', start);
    return { type: 'null', of };
  }

  /** The text of an identifier as a symbol: `$10` is that of number 10. */
  #symbol(text: string, start: number): string | null {
    if (KEYWORDS.has(text)) this.#window.fail(`${text} is a keyword; as a name it needs quotes`, start);
    if (text.charCodeAt(0) !== 0x24 || !/^\$\d+$/.test(text)) return text;
    return this.#symbols.text(Number(text.slice(1)), start);
  }

  #content(code: number, depth: number, inSexp: boolean): IonContent {
    const window = this.#window;
    if (code === DOUBLE_QUOTE) return { type: 'string', value: readQuoted(window, DOUBLE_QUOTE) };
    if (isDigit(code)) return readNumber(window);
    switch (code) {
      case OPEN_BRACE:
        if (window.peekAt(1) === OPEN_BRACE) return readLob(window);
        return { type: 'struct', fields: this.#fields(depth) };
      case OPEN_BRACKET:
        return { type: 'list', items: this.#list(depth) };
      case OPEN_PAREN:
        return { type: 'sexp', items: this.#sexp(depth) };
      case QUOTE:
        return { type: 'string', value: readLong(window, false) };
    }
    if (code === MINUS && isDigit(window.peekAt(1))) return readNumber(window);
    if ((code === MINUS || code === PLUS) && this.#atInfinity(inSexp)) {
      window.pos += 4;
      return { type: 'float', value: code === MINUS ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
    }
    if (inSexp && isOperator(code)) {
      const start = window.pos++;
      while (isOperator(window.peek()) && !this.#atComment()) window.pos++;
      return { type: 'symbol', text: asciiText(window, start, window.pos) };
    }
    return window.fail(code === -1 ? 'the text ends within a value' : 'what no value begins with');
  }

  #atInfinity(inSexp: boolean): boolean {
    const window = this.#window;
    for (let i = 0; i < 3; i++) if (window.peekAt(i + 1) !== 'inf'.charCodeAt(i)) return false;
    if (isIdentifier(window.peekAt(4))) return false;
    if (inSexp) return true;
    const start = window.pos;
    window.pos += 4;
    requireEnd(window, start);
    window.pos = start;
    return true;
  }

  #atComment(): boolean {
    if (this.#window.peek() !== 0x2f) return false;
    const next = this.#window.peekAt(1);
    return next === 0x2f || next === 0x2a;
  }

  #enter(depth: number): void {
    if (depth >= DEEPEST) this.#window.fail(`values nested more than ${DEEPEST} deep`);
    this.#window.pos++;
  }

  #list(depth: number): IonValue[] {
    this.#enter(depth);
    const window = this.#window;
    const items: IonValue[] = [];
    for (;;) {
      const code = skipSpace(window);
      if (code !== CLOSE_BRACKET) items.push(this.#value(code, depth + 1, false));
      if (this.#separated(CLOSE_BRACKET)) return items;
    }
  }

  /** After a value: a comma, or the end of its container, which it tells. */
  #separated(close: number): boolean {
    const window = this.#window;
    const code = skipSpace(window);
    if (code !== COMMA && code !== close) window.fail('neither a comma nor the end of what it stands in');
    window.pos++;
    return code === close;
  }

  #sexp(depth: number): IonValue[] {
    this.#enter(depth);
    const items: IonValue[] = [];
    for (;;) {
      const code = skipSpace(this.#window);
      if (code === CLOSE_PAREN) {
        this.#window.pos++;
        return items;
      }
      items.push(this.#value(code, depth + 1, true));
    }
  }

  #fields(depth: number): IonField[] {
    this.#enter(depth);
    const window = this.#window;
    const fields: IonField[] = [];
    for (;;) {
      const code = skipSpace(window);
      if (code !== CLOSE_BRACE) {
        const name = this.#fieldName(code);
        if (skipSpace(window) !== COLON) window.fail('a field without a colon behind its name');
        window.pos++;
        fields.push({ name, value: this.#value(skipSpace(window), depth + 1, false) });
      }
      if (this.#separated(CLOSE_BRACE)) return fields;
    }
  }

  #fieldName(code: number): string | null {
    const window = this.#window;
    if (code === DOUBLE_QUOTE) return readQuoted(window, DOUBLE_QUOTE);
    if (code === QUOTE) return atTriple(window) ? readLong(window, false) : readQuoted(window, QUOTE);
    const start = window.pos;
    if (!isIdentifier(code) || isDigit(code)) window.fail('what no name of a field begins with');
    return this.#symbol(this.#identifier(), start);
  }
}
