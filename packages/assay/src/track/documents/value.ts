/** Values of documents, with numbers as exact decimals; `at` is where a value begins in its source. */
export type Value = { readonly at: number; readonly annotations?: readonly string[] } & (
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly value: Decimal }
  /** NaN and the infinities, as Ion and YAML have them. */
  | { readonly type: 'not-a-number'; readonly value: string }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'time'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: string }
  | { readonly type: 'list'; readonly value: readonly Value[] }
  | { readonly type: 'map'; readonly value: ReadonlyMap<string, Value> }
);

/** coefficient · 10^exponent, without trailing zeros: equal numbers are equal member by member. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,15}))?$/;

/** An exact decimal of its digits; undefined for what is no number. */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', part = '', power = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + part === '') return undefined;
  const digits = (whole + part).replace(/0+$/, '');
  const dropped = whole.length + part.length - digits.length;
  if (/^0*$/.test(digits)) return { coefficient: 0n, exponent: 0 };
  const coefficient = BigInt(digits);
  return {
    coefficient: sign === '-' ? -coefficient : coefficient,
    exponent: Number(power) - part.length + dropped,
  };
}

export function decimalOf(coefficient: bigint, exponent: number): Decimal {
  return parseDecimal(`${coefficient}e${exponent}`) ?? { coefficient: 0n, exponent: 0 };
}

/** Without writing out powers of ten: a far exponent costs nothing. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const [a, b] = [signOf(one), signOf(other)];
  if (a !== b || a === 0) return a - b;
  const [left, right] = [magnitude(one), magnitude(other)];
  if (left !== right) return left < right ? -a : a;
  // The same number of digits before the point: the exponents differ by no more than the digits do.
  const low = Math.min(one.exponent, other.exponent);
  const difference =
    one.coefficient * 10n ** BigInt(one.exponent - low) - other.coefficient * 10n ** BigInt(other.exponent - low);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function formatDecimal({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = String(coefficient < 0n ? -coefficient : coefficient);
  const point = digits.length + exponent;
  if (exponent >= 0 && point <= 40) return `${sign}${digits}${'0'.repeat(exponent)}`;
  if (exponent < 0 && point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (exponent < 0 && point > -20) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits}e${exponent}`;
}

export const isInteger = ({ exponent }: Decimal): boolean => exponent >= 0;

export function sameValue(one: Value, other: Value): boolean {
  if ((one.annotations ?? []).join('\0') !== (other.annotations ?? []).join('\0')) return false;
  if (one.type === 'number' && other.type === 'number') return compareDecimals(one.value, other.value) === 0;
  if (one.type === 'list' && other.type === 'list') {
    return one.value.length === other.value.length && one.value.every((item, i) => sameValue(item, other.value[i]!));
  }
  if (one.type === 'map' && other.type === 'map') {
    if (one.value.size !== other.value.size) return false;
    for (const [key, item] of one.value) {
      const there = other.value.get(key);
      if (there === undefined || !sameValue(item, there)) return false;
    }
    return true;
  }
  if (one.type === 'null') return other.type === 'null';
  return one.type === other.type && 'value' in other && one.value === other.value;
}

/** As JSON of a person's eyes: numbers in all their digits. */
export function showValue(value: Value): string {
  const prefix = (value.annotations ?? []).map((one) => `${one}::`).join('');
  switch (value.type) {
    case 'null':
      return `${prefix}null`;
    case 'number':
      return `${prefix}${formatDecimal(value.value)}`;
    case 'text':
      return `${prefix}${JSON.stringify(value.value)}`;
    case 'list':
      return `${prefix}[${value.value.map(showValue).join(', ')}]`;
    case 'map':
      return `${prefix}{${[...value.value].map(([key, item]) => `${JSON.stringify(key)}: ${showValue(item)}`).join(', ')}}`;
    default:
      return `${prefix}${value.value}`;
  }
}

function signOf({ coefficient }: Decimal): number {
  return coefficient < 0n ? -1 : coefficient > 0n ? 1 : 0;
}

function magnitude({ coefficient, exponent }: Decimal): number {
  return String(coefficient < 0n ? -coefficient : coefficient).length + exponent;
}
