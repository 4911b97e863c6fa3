import { type HashBytes, magnitudeBytes } from './hash-bytes.ts';

/** As in Ion binary: exponent, then coefficient; nothing for 0d0. */
export function serializeDecimal(out: HashBytes, coefficient: bigint, exponent: number, negative: boolean): void {
  if (coefficient === 0n && exponent === 0 && !negative) return;
  varInt(out, exponent, false);
  signed(out, coefficient, negative);
}

/** Ion binary's Int: sign and magnitude; nothing for 0, 0x80 for -0. */
function signed(out: HashBytes, coefficient: bigint, negative: boolean): void {
  const sign = negative || coefficient < 0n ? 0x80 : 0;
  const magnitude = coefficient < 0n ? -coefficient : coefficient;
  if (magnitude < 0x80n) {
    if (magnitude !== 0n || sign !== 0) out.byte(Number(magnitude) | sign);
    return;
  }
  if (magnitude < 0x8000_0000n) {
    const value = Number(magnitude);
    const size = value < 0x80_00 ? 2 : value < 0x80_00_00 ? 3 : 4;
    out.byte((value >>> (8 * (size - 1))) | sign);
    for (let i = size - 2; i >= 0; i--) out.byte((value >>> (8 * i)) & 0xff);
    return;
  }
  const bytes = magnitudeBytes(magnitude);
  if (bytes[0]! >= 0x80) out.byte(sign);
  else bytes[0]! |= sign;
  out.escaped(bytes, 0, bytes.length);
}

function varInt(out: HashBytes, value: number, negativeZero: boolean): void {
  let rest = Math.abs(value);
  const sign = value < 0 || negativeZero ? 0x40 : 0;
  if (rest < 0x40) {
    out.byte(rest | sign | 0x80);
    return;
  }
  const groups: number[] = [];
  while (rest >= 0x40) {
    groups.unshift(rest % 0x80);
    rest = Math.floor(rest / 0x80);
  }
  groups.unshift(rest | sign);
  groups[groups.length - 1]! |= 0x80;
  for (const group of groups) out.byte(group);
}

function varUInt(out: HashBytes, value: number): void {
  if (value >= 0x80) out.byte(value >> 7);
  out.byte((value & 0x7f) | 0x80);
}

const TIMESTAMP = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?)?T?$/;

/** As in Ion binary: the offset in minutes, then the parts in UTC as far as they are known. */
export function serializeTimestamp(out: HashBytes, text: string): void {
  if (serializeUtc(out, text)) return;
  const [, year = '', month, day, hour, minute, second, fraction, zone] = TIMESTAMP.exec(text) ?? [];
  if (year === '') throw new TypeError(`not a timestamp: ${text}`);
  const unknown = zone === undefined || zone === '-00:00';
  const sign = zone?.startsWith('-') ? -1 : 1;
  const offset = unknown || zone === 'Z' ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const utc = new Date(0);
  utc.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  utc.setUTCHours(Number(hour ?? 0), Number(minute ?? 0) - offset);
  varInt(out, offset, unknown);
  varUInt(out, utc.getUTCFullYear());
  if (month !== undefined) varUInt(out, utc.getUTCMonth() + 1);
  if (day !== undefined) varUInt(out, utc.getUTCDate());
  if (hour !== undefined) {
    varUInt(out, utc.getUTCHours());
    varUInt(out, utc.getUTCMinutes());
  }
  if (second !== undefined) varUInt(out, Number(second));
  if (fraction !== undefined) {
    varInt(out, -fraction.length, false);
    signed(out, BigInt(fraction), false);
  }
}

/** The form of a database's timestamps, `2019-10-25T17:20:21.009Z`, with up to 15 digits of a fraction. */
function serializeUtc(out: HashBytes, text: string): boolean {
  const last = text.length - 1;
  if (last < 19 || last > 35 || text.charCodeAt(last) !== 0x5a) return false;
  const digit = (at: number) => text.charCodeAt(at) - 0x30;
  const two = (at: number) => 10 * digit(at) + digit(at + 1);
  varInt(out, 0, false);
  varUInt(out, 100 * two(0) + two(2));
  for (let at = 5; at <= 17; at += 3) varUInt(out, two(at));
  if (last === 19) return true;
  let fraction = 0;
  for (let at = 20; at < last; at++) fraction = 10 * fraction + digit(at);
  varInt(out, 20 - last, false);
  signed(out, BigInt(fraction), false);
  return true;
}
