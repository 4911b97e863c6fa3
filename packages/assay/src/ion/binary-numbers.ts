import { isDay, timestampText } from './timestamp.ts';
import type { IonContent } from './value.ts';
import type { ByteWindow } from './window.ts';

const LARGEST_EXPONENT = 2 ** 31 - 1;
/** Fractions of seconds are kept as digits, which a large exponent would make many of. */
const MOST_FRACTION_DIGITS = 20_000;

/** Big-endian, without a sign. */
export function uint(bytes: Buffer, first: number, last: number): bigint {
  if (last - first <= 6) {
    let value = 0;
    for (let i = first; i < last; i++) value = value * 256 + bytes[i]!;
    return BigInt(value);
  }
  return BigInt(`0x${bytes.toString('hex', first, last)}`);
}

/** `pos` stands on the exponent; `last` is behind the coefficient. */
export function readDecimal(window: ByteWindow, last: number): IonContent {
  if (window.pos === last) return { type: 'decimal', coefficient: 0n, exponent: 0, negative: false };
  const { value } = varInt(window, last);
  return { type: 'decimal', exponent: value, ...coefficient(window, last) };
}

/** Sign and magnitude. */
function coefficient(window: ByteWindow, last: number): { readonly coefficient: bigint; readonly negative: boolean } {
  const first = window.pos;
  window.pos = last;
  if (first === last) return { coefficient: 0n, negative: false };
  const lead = window.bytes[first]!;
  const negative = lead >= 0x80;
  const rest = uint(window.bytes, first + 1, last);
  const magnitude = (lead & 0x7f) === 0 ? rest : (BigInt(lead & 0x7f) << BigInt(8 * (last - first - 1))) | rest;
  return { coefficient: negative ? -magnitude : magnitude, negative };
}

function varInt(window: ByteWindow, last: number): { readonly value: number; readonly negative: boolean } {
  const start = window.pos;
  let negative = false;
  let value = 0;
  for (let mask = 0x3f; ; mask = 0x7f) {
    if (window.pos >= last) window.fail('a number longer than what it stands in', start);
    const byte = window.bytes[window.pos++]!;
    if (mask === 0x3f) negative = (byte & 0x40) !== 0;
    value = value * 0x80 + (byte & mask);
    if (value > LARGEST_EXPONENT) window.fail(`an exponent beyond ${LARGEST_EXPONENT}`, start);
    if (byte >= 0x80) return { value: negative ? -value : value, negative };
  }
}

/** `pos` stands on the offset; the parts are in UTC, and are given back at their offset. */
export function readTimestamp(window: ByteWindow, last: number): IonContent {
  const start = window.pos;
  const offset = varInt(window, last);
  if (Math.abs(offset.value) >= 24 * 60) window.fail('an offset of a day or more', start);
  const parts: number[] = [];
  while (window.pos < last && parts.length < 6) parts.push(part(window, last));
  const [year = 0, month, day, hour, minute, second] = parts;
  if (year > 9999 || !isDay(year, month ?? 1, day ?? 1)) window.fail('a day that there is not', start);
  if (hour === undefined) {
    return { type: 'timestamp', text: timestampText({ year, ...defined('month', month), ...defined('day', day) }) };
  }
  if (minute === undefined) window.fail('an hour without minutes', start);
  if (hour > 23 || minute > 59 || (second ?? 0) > 59) window.fail('a time of day that there is not', start);
  const fraction = window.pos < last ? readFraction(window, last) : undefined;
  const unknown = offset.negative && offset.value === 0;
  const local = new Date(0);
  local.setUTCFullYear(year, (month ?? 1) - 1, day ?? 1);
  local.setUTCHours(hour, minute + offset.value);
  if (local.getUTCFullYear() < 1 || local.getUTCFullYear() > 9999) window.fail('a year that there is not', start);
  return {
    type: 'timestamp',
    text: timestampText({
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      ...defined('second', second),
      ...defined('fraction', fraction),
      ...(unknown ? {} : { offset: offset.value }),
    }),
  };
}

function part(window: ByteWindow, last: number): number {
  const start = window.pos;
  let value = 0;
  for (;;) {
    if (window.pos >= last) window.fail('a number longer than what it stands in', start);
    const byte = window.bytes[window.pos++]!;
    value = value * 0x80 + (byte & 0x7f);
    if (value > 9999) window.fail('a part of a timestamp that there is not', start);
    if (byte >= 0x80) return value;
  }
}

/** The digits behind the point; undefined where there are none. */
function readFraction(window: ByteWindow, last: number): string | undefined {
  const start = window.pos;
  const { value: exponent } = varInt(window, last);
  const { coefficient: digits } = coefficient(window, last);
  if (exponent >= 0 && digits === 0n) return undefined;
  if (exponent < -MOST_FRACTION_DIGITS) window.fail(`a fraction of more than ${MOST_FRACTION_DIGITS} digits`, start);
  const text = digits.toString();
  if (exponent >= 0 || digits < 0n || text.length > -exponent)
    window.fail('a fraction that is not below 1 second', start);
  return text.padStart(-exponent, '0');
}

function defined<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: V });
}
