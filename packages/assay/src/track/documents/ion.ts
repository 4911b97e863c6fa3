import { AssayError } from '../../errors.ts';
import { type IonPlaces, type IonValue, readIon } from '../../ion/index.ts';
import { DEEPEST, MOST_VALUES, refuse } from './refusal.ts';
import { decimalOf, parseDecimal, type Value } from './value.ts';

/**
 * Amazon Ion, text or binary; integers and decimals stay exact. Several values at the top are a list.
 * @throws AssayError `ASSAY_TRACK_DOCUMENT`
 */
export function parseIon(name: string, bytes: Uint8Array): Value {
  const isBinary = bytes[0] === 0xe0 && bytes[1] === 0x01 && bytes[2] === 0x00 && bytes[3] === 0xea;
  const text = isBinary ? undefined : decodeText(name, bytes);
  const places: IonPlaces = new Map();
  try {
    const read = new Conversion(name, text, bytes, places);
    const items: Value[] = [];
    for (const value of readIon(bytes, name, places)) items.push(read.value(value, 0));
    if (items.length === 0) throw refuse(name, text, 0, 'there is no value');
    return items.length === 1 ? items[0]! : { at: 0, type: 'list', value: items };
  } catch (error) {
    if (!(error instanceof AssayError && error.code === 'ASSAY_ION_MALFORMED')) throw error;
    throw new AssayError('ASSAY_TRACK_DOCUMENT', `${error.message}: not Ion`, {
      hint: 'Nothing was recorded. Mend the document at that place.',
      cause: error,
    });
  }
}

/** Ion's values as those of documents. */
class Conversion {
  readonly #name: string;
  readonly #text: string | undefined;
  readonly #bytes: Buffer;
  readonly #places: IonPlaces;
  readonly #isAscii: boolean;
  /** As far as bytes were counted as characters: values are asked for in the order in which they begin. */
  #byte = 0;
  #character = 0;
  #count = 0;

  constructor(name: string, text: string | undefined, bytes: Uint8Array, places: IonPlaces) {
    this.#name = name;
    this.#text = text;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#places = places;
    this.#isAscii = text === undefined || text.length === bytes.length;
  }

  value(ion: IonValue, depth: number): Value {
    const at = this.#placeOf(ion);
    if (depth > DEEPEST) throw this.#refuse(at, `nested deeper than ${DEEPEST}`);
    if (++this.#count > MOST_VALUES) throw this.#refuse(at, `more than ${MOST_VALUES} values`);
    const annotations = ion.annotations.map((one) => this.#textOf(one ?? '$0', at));
    const place = annotations.length > 0 ? { at, annotations } : { at };
    switch (ion.type) {
      case 'null':
        return { ...place, type: 'null' };
      case 'bool':
        return { ...place, type: 'boolean', value: ion.value };
      case 'int':
        return { ...place, type: 'number', value: decimalOf(ion.value, 0) };
      case 'decimal':
        return { ...place, type: 'number', value: decimalOf(ion.coefficient, ion.exponent) };
      case 'float': {
        const exact = parseDecimal(String(ion.value));
        if (exact) return { ...place, type: 'number', value: exact };
        return { ...place, type: 'not-a-number', value: String(ion.value) };
      }
      case 'timestamp':
        return { ...place, type: 'time', value: ion.text };
      case 'blob':
      case 'clob':
        return { ...place, type: 'bytes', value: Buffer.from(ion.bytes).toString('base64') };
      case 'list':
      case 'sexp':
        return { ...place, type: 'list', value: ion.items.map((item) => this.value(item, depth + 1)) };
      case 'struct':
        return { ...place, type: 'map', value: this.#fields(ion, depth) };
      case 'string':
        return { ...place, type: 'text', value: this.#textOf(ion.value, at) };
      case 'symbol':
        return { ...place, type: 'text', value: this.#textOf(ion.text ?? '$0', at) };
    }
  }

  #fields({ fields }: Extract<IonValue, { type: 'struct' }>, depth: number): ReadonlyMap<string, Value> {
    const entries = new Map<string, Value>();
    for (const { name, value } of fields) {
      const key = this.#textOf(name ?? '$0', this.#placeOf(value));
      if (entries.has(key)) {
        throw this.#refuse(this.#placeOf(value), `the field ${JSON.stringify(key)} stands twice`);
      }
      entries.set(key, this.value(value, depth + 1));
    }
    return entries;
  }

  #textOf(text: string, at: number): string {
    if (text.isWellFormed()) return text;
    throw this.#refuse(at, 'a surrogate stands alone');
  }

  /** In characters of a text, in bytes of what is none. */
  #placeOf(ion: IonValue): number {
    const byte = this.#places.get(ion) ?? 0;
    if (this.#isAscii || byte < this.#byte) return this.#isAscii ? byte : this.#character;
    this.#character += this.#bytes.toString('utf8', this.#byte, byte).length;
    this.#byte = byte;
    return this.#character;
  }

  #refuse(at: number, message: string): AssayError {
    return refuse(this.#name, this.#text, at, message);
  }
}

/** @throws AssayError `ASSAY_TRACK_DOCUMENT` where the bytes are not UTF-8 */
export function decodeText(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const loose = new TextDecoder().decode(bytes);
    throw refuse(name, loose, Math.max(0, loose.indexOf('\ufffd')), 'not UTF-8');
  }
}
