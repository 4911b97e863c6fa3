import { createRequire } from 'node:module';
import type { Reader } from 'ion-js';
import { AssayError } from '../../errors.ts';
import { DEEPEST, MOST_VALUES, refuse } from './refusal.ts';
import { decimalOf, parseDecimal, type Value } from './value.ts';

const require = createRequire(import.meta.url);

/**
 * Amazon Ion, text or binary; integers and decimals stay exact. Several values at the top are a list.
 * @throws AssayError `ASSAY_TRACK_DOCUMENT`
 */
export function parseIon(name: string, bytes: Uint8Array): Value {
  // Only for whom has Ion: it is not small.
  const { IonTypes, makeReader }: typeof import('ion-js') = require('ion-js');
  let count = 0;
  const isBinary = bytes[0] === 0xe0 && bytes[1] === 0x01 && bytes[2] === 0x00 && bytes[3] === 0xea;
  const text = isBinary ? undefined : decodeText(name, bytes);
  let reader: Reader;
  const placeNow = (): number => {
    try {
      return Number(reader.position());
    } catch {
      return 0;
    }
  };
  const value = (depth: number): Value => {
    const at = placeNow();
    if (depth > DEEPEST) throw refuse(name, text, at, `nested deeper than ${DEEPEST}`);
    if (++count > MOST_VALUES) throw refuse(name, text, at, `more than ${MOST_VALUES} values`);
    const names = reader.annotations();
    const place = names.length > 0 ? { at, annotations: names } : { at };
    const type = reader.type();
    if (type === null || reader.isNull()) return { ...place, type: 'null' };
    switch (type) {
      case IonTypes.BOOL:
        return { ...place, type: 'boolean', value: reader.booleanValue() === true };
      case IonTypes.INT:
        return { ...place, type: 'number', value: decimalOf(BigInt(String(reader.bigIntValue())), 0) };
      case IonTypes.DECIMAL: {
        const decimal = reader.decimalValue()!;
        return {
          ...place,
          type: 'number',
          value: decimalOf(BigInt(String(decimal.getCoefficient())), decimal.getExponent()),
        };
      }
      case IonTypes.FLOAT: {
        const number = String(reader.numberValue());
        const exact = parseDecimal(number);
        return exact ? { ...place, type: 'number', value: exact } : { ...place, type: 'not-a-number', value: number };
      }
      case IonTypes.TIMESTAMP:
        return { ...place, type: 'time', value: String(reader.timestampValue()) };
      case IonTypes.BLOB:
      case IonTypes.CLOB:
        return { ...place, type: 'bytes', value: Buffer.from(reader.uInt8ArrayValue() ?? []).toString('base64') };
      case IonTypes.STRUCT:
        return { ...place, type: 'map', value: struct(depth) };
      case IonTypes.LIST:
      case IonTypes.SEXP:
        return { ...place, type: 'list', value: inside(depth) };
      default: {
        const string = reader.stringValue() ?? '';
        if (!string.isWellFormed()) throw refuse(name, text, at, 'a surrogate stands alone');
        return { ...place, type: 'text', value: string };
      }
    }
  };
  const struct = (depth: number): ReadonlyMap<string, Value> => {
    const entries = new Map<string, Value>();
    reader.stepIn();
    while (reader.next() !== null) {
      const key = reader.fieldName() ?? '';
      if (entries.has(key)) throw refuse(name, text, placeNow(), `the field ${JSON.stringify(key)} stands twice`);
      entries.set(key, value(depth + 1));
    }
    reader.stepOut();
    return entries;
  };
  const inside = (depth: number): readonly Value[] => {
    const items: Value[] = [];
    reader.stepIn();
    while (reader.next() !== null) items.push(value(depth + 1));
    reader.stepOut();
    return items;
  };
  try {
    reader = makeReader(text ?? bytes);
    const items: Value[] = [];
    while (reader.next() !== null) items.push(value(0));
    if (items.length === 0) throw refuse(name, text, 0, 'there is no value');
    return items.length === 1 ? items[0]! : { at: 0, type: 'list', value: items };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw refuse(name, text, 0, `not Ion: ${error instanceof Error ? error.message : String(error)}`);
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
