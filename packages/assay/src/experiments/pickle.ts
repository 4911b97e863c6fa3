import { AssayError } from '../errors.ts';

/** Plain data: what DVC puts into `repro.dat`. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * Reads plain data from Python's pickle format (protocols 2 to 5). Opcodes that name or call code are refused: nothing is run.
 * @throws AssayError `ASSAY_EXP_ARGUMENTS`
 */
export function readPickle(bytes: Buffer): Plain {
  try {
    return new Reader(bytes).read();
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw refused('it is cut off');
  }
}

const mark = Symbol('mark');
type Slot = unknown;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, Slot>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): Plain {
    for (;;) {
      const code = this.#bytes.readUInt8(this.#at++);
      if (code === 0x2e) return this.#stack.pop() as Plain;
      this.#step(code);
    }
  }

  #step(code: number): void {
    const stack = this.#stack;
    switch (String.fromCharCode(code)) {
      case '\x80':
        this.#at += 1;
        return;
      case '\x95':
        this.#at += 8;
        return;
      case '\x94':
        this.#memo.set(this.#memo.size, stack.at(-1));
        return;
      case 'q':
        this.#memo.set(this.#number(1), stack.at(-1));
        return;
      case 'r':
        this.#memo.set(this.#number(4), stack.at(-1));
        return;
      case 'h':
        stack.push(this.#memo.get(this.#number(1)));
        return;
      case 'j':
        stack.push(this.#memo.get(this.#number(4)));
        return;
      case '(':
        stack.push(mark);
        return;
      case '}':
        stack.push({});
        return;
      case ']':
      case ')':
        stack.push([]);
        return;
      case 't':
        stack.push(this.#toMark());
        return;
      case '\x85':
      case '\x86':
      case '\x87':
        stack.push(stack.splice(-(code - 0x84)));
        return;
      case '\x8c':
        stack.push(this.#text(this.#number(1)));
        return;
      case 'X':
        stack.push(this.#text(this.#number(4)));
        return;
      case '\x88':
      case '\x89':
        stack.push(code === 0x88);
        return;
      case 'N':
        stack.push(null);
        return;
      case 'K':
        stack.push(this.#number(1));
        return;
      case 'M':
        stack.push(this.#number(2));
        return;
      case 'J':
        stack.push(this.#bytes.readInt32LE(this.#at));
        this.#at += 4;
        return;
      case 'G':
        stack.push(this.#bytes.readDoubleBE(this.#at));
        this.#at += 8;
        return;
      case 'a': {
        const value = stack.pop();
        (stack.at(-1) as Slot[]).push(value);
        return;
      }
      case 'e': {
        const values = this.#toMark();
        (stack.at(-1) as Slot[]).push(...values);
        return;
      }
      case 's': {
        const [key, value] = stack.splice(-2);
        define(stack.at(-1), key, value);
        return;
      }
      case 'u': {
        const values = this.#toMark();
        for (let i = 0; i < values.length; i += 2) define(stack.at(-1), values[i], values[i + 1]);
        return;
      }
      default:
        throw refused(`it holds more than plain data (opcode 0x${code.toString(16)} at byte ${this.#at - 1})`);
    }
  }

  #number(size: number): number {
    const value = this.#bytes.readUIntLE(this.#at, size);
    this.#at += size;
    return value;
  }

  #text(size: number): string {
    if (this.#at + size > this.#bytes.length) throw refused('it is cut off');
    this.#at += size;
    return this.#bytes.toString('utf8', this.#at - size, this.#at);
  }

  #toMark(): Slot[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw refused('a mark is missing');
    const values = this.#stack.splice(at);
    return values.slice(1);
  }
}

function define(target: unknown, key: unknown, value: unknown): void {
  if (typeof key !== 'string' || typeof target !== 'object' || target === null) throw refused('a key is no text');
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Writes plain data with integers of up to 32 bits, as protocol 2. */
export function writePickle(value: Plain): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), written(value), Buffer.from('.')]);
}

function written(value: Plain): Buffer {
  if (value === null) return Buffer.from('N');
  if (typeof value === 'boolean') return Buffer.from([value ? 0x88 : 0x89]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(5);
    bytes.write('J');
    bytes.writeInt32LE(value, 1);
    return bytes;
  }
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    const head = Buffer.alloc(5);
    head.write('X');
    head.writeUInt32LE(text.length, 1);
    return Buffer.concat([head, text]);
  }
  const entries = Array.isArray(value)
    ? (value as readonly Plain[]).map(written)
    : Object.entries(value).flatMap(([key, one]) => [written(key), written(one)]);
  const [empty, end] = Array.isArray(value) ? [']', 'e'] : ['}', 'u'];
  return Buffer.concat([Buffer.from(`${empty}(`), ...entries, Buffer.from(end)]);
}

function refused(why: string): AssayError {
  return new AssayError('ASSAY_EXP_ARGUMENTS', `the arguments of the queued experiment cannot be read: ${why}`, {
    hint: 'Remove it (assay queue remove) and queue it again.',
  });
}
