import { pythonFloat, pythonStr, type Value } from '../dvc/index.ts';

export interface CellFormat {
  /** Digits that floats keep; none means all. */
  readonly precision?: number | undefined;
  /** `decimals` rounds after the point; `significant` counts all digits. */
  readonly rounding?: 'decimals' | 'significant';
}

/** A value as DVC writes it into a table. A missing one is a dash. */
export function formatCell(value: Value | undefined, format: CellFormat = {}, missing = '-'): string {
  return value === undefined || value === null ? missing : pythonStr(shortened(value, format));
}

/** Floats cut to the precision, within lists and maps too, where significant digits turn them into texts, as in DVC. */
function shortened(value: Value, format: CellFormat): Value {
  const { precision, rounding = 'significant' } = format;
  if (!precision) return value;
  if (typeof value === 'number') {
    return rounding === 'decimals' ? roundDecimals(value, precision) : significantDigits(value, precision);
  }
  if (Array.isArray(value)) return value.map((one: Value) => shortened(one, format));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one, format)]));
  }
  return value;
}

/** Python's `round(value, digits)`: the nearest, and of two equally near the even one. */
function roundDecimals(value: number, digits: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21 || digits > 90) return value;
  return Number(roundText(value, digits));
}

/** Python's `format(value, '.{digits}g')`. */
function significantDigits(value: number, digits: number): string {
  if (!Number.isFinite(value)) return pythonFloat(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa, exponent] = rounded(Math.abs(value), digits);
  const bare = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent < -4 || exponent >= digits) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${bare(`${mantissa[0]}.${mantissa.slice(1)}`)}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}${bare(`0.${'0'.repeat(-exponent - 1)}${mantissa}`)}`;
  return `${sign}${bare(`${mantissa.slice(0, exponent + 1)}.${mantissa.slice(exponent + 1)}`)}`;
}

/** So many digits of a positive number, and the power of ten of the first. */
function rounded(value: number, digits: number): readonly [string, number] {
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  const decimals = digits - 1 - exponent;
  // Only here can a number lie exactly between two; toExponential then takes the larger.
  if (value < 1e21 && decimals >= 0 && decimals < 90) {
    const [even = '', evenPower = '0'] = Number(roundText(value, decimals))
      .toExponential(digits - 1)
      .split('e');
    return [even.replace('.', ''), Number(evenPower)];
  }
  return [mantissa.replace('.', ''), exponent];
}

/** `toFixed`, with a tie to the even digit. */
function roundText(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const exact = value.toFixed(Math.min(100, digits + 60));
  const point = exact.indexOf('.');
  const tail = exact.slice(point + 1 + digits);
  if (!/^50*$/.test(tail)) return text;
  const down = exact.slice(0, point + 1 + digits).replace(/\.$/, '');
  // toFixed goes away from zero.
  return Number(down.at(-1)) % 2 === 0 ? down : text;
}
