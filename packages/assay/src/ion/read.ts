import { makeReader, type Reader } from 'ion-js';
import { AssayError } from '../errors.ts';
import type { IonField, IonTypeName, IonValue } from './value.ts';

const DEEPEST = 200;

/**
 * The values of Ion text (JSON is such) or Ion binary, one after another.
 * @param source what is read, for errors: a file's name
 * @throws AssayError `ASSAY_ION_MALFORMED`
 */
export function* readIon(bytes: Uint8Array, source: string): Generator<IonValue> {
  let count = 0;
  try {
    const reader = makeReader(bytes);
    for (let type = reader.next(); type !== null; type = reader.next()) {
      const value = readValue(reader, 0);
      count++;
      yield value;
    }
  } catch (error) {
    if (!(error instanceof Error) || error instanceof AssayError) throw error;
    throw new AssayError('ASSAY_ION_MALFORMED', `${source}: after ${count} values: ${error.message}`, {
      hint: 'Was the file cut short, or changed, on its way?',
      cause: error,
    });
  }
}

function readValue(reader: Reader, depth: number): IonValue {
  if (depth > DEEPEST) throw new Error(`values nested more than ${DEEPEST} deep`);
  const annotations = reader.annotations();
  const name = reader.type()?.name;
  if (!isTypeName(name)) throw new Error('a value without a type');
  if (reader.isNull()) return { annotations, type: 'null', of: name };
  switch (name) {
    case 'null':
      return { annotations, type: 'null', of: name };
    case 'bool':
      return { annotations, type: name, value: reader.booleanValue() === true };
    case 'int':
      return { annotations, type: name, value: present(reader.bigIntValue()) };
    case 'float':
      return { annotations, type: name, value: present(reader.numberValue()) };
    case 'decimal': {
      const decimal = present(reader.decimalValue());
      return {
        annotations,
        type: name,
        coefficient: decimal.getCoefficient(),
        exponent: decimal.getExponent(),
        negative: decimal.isNegative(),
      };
    }
    case 'timestamp':
      return { annotations, type: name, text: present(reader.timestampValue()).toString() };
    case 'symbol':
      return { annotations, type: name, text: reader.stringValue() };
    case 'string':
      return { annotations, type: name, value: present(reader.stringValue()) };
    case 'clob':
    case 'blob':
      return { annotations, type: name, bytes: present(reader.uInt8ArrayValue()) };
    default:
      return readContainer(reader, name, annotations, depth);
  }
}

function readContainer(
  reader: Reader,
  type: 'list' | 'sexp' | 'struct',
  annotations: readonly string[],
  depth: number,
): IonValue {
  const items: IonValue[] = [];
  const fields: IonField[] = [];
  reader.stepIn();
  for (let next = reader.next(); next !== null; next = reader.next()) {
    if (type === 'struct') fields.push({ name: reader.fieldName(), value: readValue(reader, depth + 1) });
    else items.push(readValue(reader, depth + 1));
  }
  reader.stepOut();
  return type === 'struct' ? { annotations, type, fields } : { annotations, type, items };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('a value that is not there');
  return value;
}

const names: readonly string[] = [
  'null',
  'bool',
  'int',
  'float',
  'decimal',
  'timestamp',
  'symbol',
  'string',
  'clob',
  'blob',
  'list',
  'sexp',
  'struct',
] satisfies readonly IonTypeName[];

function isTypeName(name: string | undefined): name is IonTypeName {
  return name !== undefined && names.includes(name);
}
