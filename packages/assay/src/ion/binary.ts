import { readDecimal, readTimestamp, uint } from './binary-numbers.ts';
import type { SymbolTable } from './symbols.ts';
import { DEEPEST, type IonContent, type IonField, type IonPlaces, type IonTypeName, type IonValue } from './value.ts';
import { type ByteWindow, MoreNeeded } from './window.ts';

const NONE: readonly never[] = [];
const ANNOTATED = 14;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** By the upper half of a value's first byte. */
const types: readonly IonTypeName[] = [
  ...(['null', 'bool', 'int', 'int', 'float', 'decimal', 'timestamp', 'symbol'] as const),
  ...(['string', 'clob', 'blob', 'list', 'sexp', 'struct'] as const),
];

/** Reads Ion 1.0 binary. https://amazon-ion.github.io/ion-docs/docs/binary.html */
export class BinaryReader {
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
      const start = window.pos;
      try {
        const first = window.peek();
        if (first === -1) return undefined;
        if (first === 0xe0) this.#marker();
        else {
          const value = this.#value(window.end, 0);
          if (value !== undefined && !this.#symbols.take(value, start)) return value;
        }
      } catch (error) {
        if (error instanceof MoreNeeded) window.pos = start;
        throw error;
      }
    }
  }

  /** E0 01 00 EA, after which symbol tables begin anew. */
  #marker(): void {
    const window = this.#window;
    const version = (window.peekAt(1) << 16) | (window.peekAt(2) << 8) | window.peekAt(3);
    if (version !== 0x0100ea) window.fail('only Ion 1.0 is read');
    window.pos += 4;
    this.#symbols.reset();
  }

  /** Undefined for padding. `end` is that of what it stands in. */
  #value(end: number, depth: number): IonValue | undefined {
    const window = this.#window;
    const start = window.pos;
    const descriptor = this.#byte(end, depth);
    const high = descriptor >> 4;
    const low = descriptor & 0x0f;
    if (high === 15) window.fail('a type that Ion does not have', start);
    if (high === ANNOTATED) return this.#annotated(low, end, depth, start);
    const content = this.#content(high, low, end, depth, start);
    if (content === undefined) return undefined;
    const value = withAnnotations(content, NONE);
    this.#places?.set(value, start);
    return value;
  }

  #annotated(low: number, end: number, depth: number, start: number): IonValue {
    const window = this.#window;
    if (low < 3 || low === 15) window.fail('a wrapper of annotations that holds nothing', start);
    const last = this.#end(low, end, depth);
    const size = this.#varUInt(last, depth);
    const until = window.pos + size;
    if (size === 0 || until >= last) window.fail('a wrapper of annotations without them or without a value', start);
    const annotations: (string | null)[] = [];
    while (window.pos < until) annotations.push(this.#symbols.text(this.#varUInt(until, depth), window.pos));
    if (window.bytes[window.pos]! >> 4 === ANNOTATED) window.fail('annotations within annotations');
    // A wrapper is not a level of its own, but what is in it is not at the top.
    const value = this.#value(last, depth + 1);
    if (value === undefined || window.pos !== last) {
      return window.fail('annotations of something other than one value', start);
    }
    return withAnnotations(value, annotations);
  }

  #content(high: number, low: number, end: number, depth: number, start: number): IonContent | undefined {
    const window = this.#window;
    const type = types[high]!;
    if (low === 15) {
      if (high === 3) window.fail('a null of the negative ints', start);
      return { type: 'null', of: type };
    }
    if (high === 1) {
      if (low > 1) window.fail('a bool that is neither true nor false', start);
      return { type: 'bool', value: low === 1 };
    }
    const ordered = high === 13 && low === 1;
    const last = this.#end(ordered ? 14 : low, end, depth);
    const first = window.pos;
    if (ordered && first === last) window.fail('an ordered struct without fields', start);
    switch (type) {
      case 'null':
        window.pos = last;
        return undefined;
      case 'list':
      case 'sexp':
        return { type, items: this.#items(last, depth) };
      case 'struct':
        return { type, fields: this.#fields(last, depth) };
      case 'decimal':
        return readDecimal(window, last);
      case 'timestamp':
        return readTimestamp(window, last);
      default:
        window.pos = last;
        return this.#scalar(high, first, last);
    }
  }

  #scalar(high: number, first: number, last: number): IonContent {
    const window = this.#window;
    const { bytes } = window;
    switch (high) {
      case 2:
        return { type: 'int', value: uint(bytes, first, last) };
      case 3: {
        const value = uint(bytes, first, last);
        if (value === 0n) window.fail('a negative int that is 0', first);
        return { type: 'int', value: -value };
      }
      case 4:
        if (first === last) return { type: 'float', value: 0 };
        if (last - first === 4) return { type: 'float', value: bytes.readFloatBE(first) };
        if (last - first !== 8) window.fail('a float of neither 4 nor 8 bytes', first);
        return { type: 'float', value: bytes.readDoubleBE(first) };
      case 7:
        return { type: 'symbol', text: this.#symbols.text(Number(uint(bytes, first, last)), first) };
      case 8:
        return { type: 'string', value: this.#text(first, last) };
      default:
        return { type: high === 9 ? 'clob' : 'blob', bytes: Buffer.from(bytes.subarray(first, last)) };
    }
  }

  #text(first: number, last: number): string {
    const { bytes } = this.#window;
    for (let i = first; i < last; i++) {
      if (bytes[i]! < 0x80) continue;
      try {
        return utf8.decode(bytes.subarray(first, last));
      } catch {
        return this.#window.fail('a string that is not UTF-8', first);
      }
    }
    return bytes.toString('latin1', first, last);
  }

  #items(last: number, depth: number): IonValue[] {
    this.#mayEnter(depth);
    const items: IonValue[] = [];
    while (this.#window.pos < last) {
      const value = this.#value(last, depth + 1);
      if (value !== undefined) items.push(value);
    }
    return items;
  }

  #fields(last: number, depth: number): IonField[] {
    this.#mayEnter(depth);
    const window = this.#window;
    const fields: IonField[] = [];
    while (window.pos < last) {
      const start = window.pos;
      const id = this.#varUInt(last, depth);
      const value = this.#value(last, depth + 1);
      if (value !== undefined) fields.push({ name: this.#symbols.text(id, start), value });
    }
    return fields;
  }

  #mayEnter(depth: number): void {
    if (depth >= DEEPEST) this.#window.fail(`values nested more than ${DEEPEST} deep`);
  }

  /** Where a value ends by its length. All of it is in the window then. */
  #end(low: number, end: number, depth: number): number {
    const window = this.#window;
    const size = low === 14 ? this.#varUInt(end, depth) : low;
    const last = window.pos + size;
    if (last <= end) return last;
    if (depth === 0 && !window.final) throw new MoreNeeded();
    return window.fail(depth === 0 ? 'the bytes end within a value' : 'a value longer than what it stands in');
  }

  #byte(end: number, depth: number): number {
    const window = this.#window;
    if (window.pos >= end) {
      if (depth === 0 && !window.final) throw new MoreNeeded();
      window.fail('the bytes end within a value');
    }
    return window.bytes[window.pos++]!;
  }

  #varUInt(end: number, depth: number): number {
    const start = this.#window.pos;
    let value = 0;
    for (;;) {
      const byte = this.#byte(end, depth);
      value = value * 0x80 + (byte & 0x7f);
      if (value > Number.MAX_SAFE_INTEGER) this.#window.fail('a length or number beyond 2^53', start);
      if (byte >= 0x80) return value;
    }
  }
}

function withAnnotations(content: IonContent, annotations: readonly (string | null)[]): IonValue {
  (content as { annotations?: readonly (string | null)[] }).annotations = annotations;
  return content as IonValue;
}
