import { HashBytes } from './hash-bytes.ts';
import { serializeDecimal, serializeTimestamp } from './hash-numbers.ts';
import type { IonField, IonTypeName, IonValue } from './value.ts';

const HASH_SIZE = 32;

const codes: Readonly<Record<IonTypeName, number>> = {
  null: 0x00,
  bool: 0x10,
  int: 0x20,
  float: 0x40,
  decimal: 0x50,
  timestamp: 0x60,
  symbol: 0x70,
  string: 0x80,
  clob: 0x90,
  blob: 0xa0,
  list: 0xb0,
  sexp: 0xc0,
  struct: 0xd0,
};

/** Used by one hash at a time: nothing in here waits. */
const out = new HashBytes();

/** The Ion Hash 1.0 of a value, with SHA-256: 32 bytes. https://amazon-ion.github.io/ion-hash/docs/spec.html */
export function ionHash(value: IonValue): Buffer {
  out.reset();
  serialize(value);
  return out.digest();
}

function serialize(value: IonValue): void {
  const { annotations } = value;
  if (annotations.length === 0) {
    serializeBare(value);
    return;
  }
  out.begin(0xe0);
  for (const annotation of annotations) serializeSymbol(annotation);
  serializeBare(value);
  out.end();
}

function serializeBare(value: IonValue): void {
  switch (value.type) {
    case 'null':
      out.begin(codes[value.of] | 0x0f);
      break;
    case 'bool':
      out.begin(value.value ? 0x11 : 0x10);
      break;
    case 'int':
      out.begin(value.value < 0n ? 0x30 : 0x20);
      out.magnitude(value.value);
      break;
    case 'float':
      out.begin(codes.float);
      out.float(value.value);
      break;
    case 'decimal':
      out.begin(codes.decimal);
      serializeDecimal(out, value.coefficient, value.exponent, value.negative);
      break;
    case 'timestamp':
      out.begin(codes.timestamp);
      serializeTimestamp(out, value.text);
      break;
    case 'symbol':
      serializeSymbol(value.text);
      return;
    case 'string':
      out.begin(codes.string);
      out.text(value.value);
      break;
    case 'clob':
    case 'blob':
      out.begin(codes[value.type]);
      out.escaped(value.bytes, 0, value.bytes.length);
      break;
    case 'struct':
      out.begin(codes.struct);
      fieldHashes(value.fields);
      break;
    default:
      out.begin(codes[value.type]);
      for (const item of value.items) serialize(item);
  }
  out.end();
}

function serializeSymbol(text: string | null): void {
  out.begin(text === null ? 0x71 : codes.symbol);
  if (text !== null) out.text(text);
  out.end();
}

/** Each field is hashed at the place where its hash will stand; then they are put in order. */
function fieldHashes(fields: readonly IonField[]): void {
  const first = out.length;
  for (const { name, value } of fields) {
    const start = out.length;
    serializeSymbol(name);
    serialize(value);
    out.hashFrom(start);
  }
  out.sortAndEscape(first, HASH_SIZE, fields.length);
}
