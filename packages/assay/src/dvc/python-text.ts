import type { Value } from './value.ts';

/** A float as Python's `repr` writes it: shortest digits, always a point or an exponent; exponents below -4 and from 16 on. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const rest = digits.slice(1);
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits[0]}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** A value as Python's `repr` writes it. */
export function pythonRepr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return pythonFloat(value);
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${quoted(key)}: ${pythonRepr(one)}`)
    .join(', ')}}`;
}

/** A value as Python's `str` writes it: like `repr`, but a text stands for itself. */
export function pythonStr(value: Value): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** `json.dumps(value, sort_keys=…)`: separators `", "` and `": "`, everything but printable ASCII escaped, keys by code point. */
export function pythonJson(value: Value, options: { readonly sortKeys?: boolean } = {}): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonFloat(value);
  if (typeof value === 'string') return jsonString(value);
  if (isList(value)) return `[${value.map((one) => pythonJson(one, options)).join(', ')}]`;
  const entries = Object.entries(value);
  if (options.sortKeys) entries.sort(([a], [b]) => byCodePoint(a, b));
  return `{${entries.map(([key, one]) => `${jsonString(key)}: ${pythonJson(one, options)}`).join(', ')}}`;
}

/** Order of UTF-8 bytes, which is that of code points; UTF-16 units differ beyond the basic plane. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloat(value);
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = mark;
  for (const character of text) {
    if (character === mark || character === '\\') out += `\\${character}`;
    else if (character === '\n') out += '\\n';
    else if (character === '\r') out += '\\r';
    else if (character === '\t') out += '\\t';
    else if (printable.test(character)) out += character;
    else out += escaped(character.codePointAt(0)!);
  }
  return out + mark;
}

/** Python prints no separators but the space, and no control, format, surrogate, private or unassigned characters. */
const printable = /^(?: |[^\p{C}\p{Z}])$/u;

function escaped(point: number): string {
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, '0')}`;
  if (point < 0x10000) return `\\u${point.toString(16).padStart(4, '0')}`;
  return `\\U${point.toString(16).padStart(8, '0')}`;
}
