import { hash } from 'node:crypto';
import type { IonField, IonTypeName, IonValue } from './value.ts';

const BEGIN = Buffer.from([0x0b]);
const END = Buffer.from([0x0e]);
const NOTHING = Buffer.alloc(0);

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

/** The Ion Hash 1.0 of a value, with SHA-256: 32 bytes. https://amazon-ion.github.io/ion-hash/docs/spec.html */
export function ionHash(value: IonValue): Buffer {
  return sha256(serialize(value));
}

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

function serialize(value: IonValue): Buffer {
  const bare = serializeBare(value);
  if (value.annotations.length === 0) return bare;
  return Buffer.concat([BEGIN, Buffer.from([0xe0]), ...value.annotations.map(serializeSymbol), bare, END]);
}

function serializeBare(value: IonValue): Buffer {
  switch (value.type) {
    case 'null':
      return framed(codes[value.of] | 0x0f, NOTHING);
    case 'bool':
      return framed(value.value ? 0x11 : 0x10, NOTHING);
    case 'int':
      return framed(value.value < 0n ? 0x30 : 0x20, magnitude(value.value));
    case 'float':
      return framed(codes.float, float(value.value));
    case 'decimal':
      return framed(codes.decimal, decimal(value.coefficient, value.exponent, value.negative));
    case 'timestamp':
      return framed(codes.timestamp, timestamp(value.text));
    case 'symbol':
      return serializeSymbol(value.text);
    case 'string':
      return framed(codes.string, Buffer.from(value.value, 'utf8'));
    case 'clob':
    case 'blob':
      return framed(codes[value.type], Buffer.from(value.bytes));
    case 'struct':
      return framed(codes.struct, fieldHashes(value.fields));
    default:
      return Buffer.concat([BEGIN, Buffer.from([codes[value.type]]), ...value.items.map(serialize), END]);
  }
}

function serializeSymbol(text: string | null): Buffer {
  return text === null ? framed(0x71, NOTHING) : framed(codes.symbol, Buffer.from(text, 'utf8'));
}

function fieldHashes(fields: readonly IonField[]): Buffer {
  const hashes = fields.map(({ name, value }) => sha256(Buffer.concat([serializeSymbol(name), serialize(value)])));
  return Buffer.concat(hashes.sort(Buffer.compare));
}

function framed(typeQualifier: number, representation: Buffer): Buffer {
  return Buffer.concat([BEGIN, Buffer.from([typeQualifier]), escaped(representation), END]);
}

/** 0x0C before each 0x0B, 0x0C and 0x0E. */
function escaped(bytes: Buffer): Buffer {
  if (!bytes.some(isMarker)) return bytes;
  return Buffer.from(Array.from(bytes).flatMap((byte) => (isMarker(byte) ? [0x0c, byte] : [byte])));
}

function isMarker(byte: number): boolean {
  return byte === 0x0b || byte === 0x0c || byte === 0x0e;
}

function magnitude(value: bigint): Buffer {
  if (value === 0n) return NOTHING;
  const digits = (value < 0n ? -value : value).toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}

function float(value: number): Buffer {
  if (Object.is(value, 0)) return NOTHING;
  const bytes = Buffer.alloc(8);
  if (Number.isNaN(value)) bytes.writeUInt16BE(0x7ff8);
  else bytes.writeDoubleBE(value);
  return bytes;
}

function decimal(coefficient: bigint, exponent: number, negative: boolean): Buffer {
  if (coefficient === 0n && exponent === 0 && !negative) return NOTHING;
  return Buffer.concat([varInt(exponent, false), signed(coefficient, negative)]);
}

/** Ion binary's Int: sign and magnitude; nothing for 0, 0x80 for -0. */
function signed(coefficient: bigint, negative: boolean): Buffer {
  let bytes = magnitude(coefficient);
  if (bytes.length === 0) return negative ? Buffer.from([0x80]) : NOTHING;
  if (bytes[0]! >= 0x80) bytes = Buffer.concat([Buffer.from([0]), bytes]);
  if (negative || coefficient < 0n) bytes[0]! |= 0x80;
  return bytes;
}

function varInt(value: number, negativeZero: boolean): Buffer {
  let rest = Math.abs(value);
  const groups: number[] = [];
  while (rest >= 0x40) {
    groups.unshift(rest % 0x80);
    rest = Math.floor(rest / 0x80);
  }
  groups.unshift(rest | (value < 0 || negativeZero ? 0x40 : 0));
  groups[groups.length - 1]! |= 0x80;
  return Buffer.from(groups);
}

function varUInt(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value | 0x80]) : Buffer.from([value >> 7, (value & 0x7f) | 0x80]);
}

const TIMESTAMP = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?)?T?$/;

/** As in Ion binary: the offset in minutes, then the parts in UTC as far as they are known. */
function timestamp(text: string): Buffer {
  const [, year = '', month, day, hour, minute, second, fraction, zone] = TIMESTAMP.exec(text) ?? [];
  if (year === '') throw new TypeError(`not a timestamp: ${text}`);
  const unknown = zone === undefined || zone === '-00:00';
  const sign = zone?.startsWith('-') ? -1 : 1;
  const offset = unknown || zone === 'Z' ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const utc = new Date(0);
  utc.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  utc.setUTCHours(Number(hour ?? 0), Number(minute ?? 0) - offset);
  const parts = [varInt(offset, unknown), varUInt(utc.getUTCFullYear())];
  if (month !== undefined) parts.push(varUInt(utc.getUTCMonth() + 1));
  if (day !== undefined) parts.push(varUInt(utc.getUTCDate()));
  if (hour !== undefined) parts.push(varUInt(utc.getUTCHours()), varUInt(utc.getUTCMinutes()));
  if (second !== undefined) parts.push(varUInt(Number(second)));
  if (fraction !== undefined) parts.push(varInt(-fraction.length, false), signed(BigInt(fraction), false));
  return Buffer.concat(parts);
}
