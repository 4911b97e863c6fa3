import { AssayError } from '../../errors.ts';

/** Deeper values are refused rather than left to overflow the stack. */
const DEEPEST = 200;

/**
 * The canonical JSON of a value (RFC 8785): no white space, keys sorted by UTF-16 unit, numbers and strings as ECMAScript
 * writes them. What would be written as something else than it is — `undefined`, a `Date`, `NaN`, an integer that a double
 * cannot hold exactly, a lone surrogate — is refused.
 *
 * @throws AssayError `ASSAY_JSON_NOT_CANONICAL`, naming the place.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', 0);
}

export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/**
 * Reads canonical JSON and refuses any other spelling of the same value, so that one value has one hash.
 * @throws AssayError `ASSAY_JSON_NOT_CANONICAL`
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw refused('$', `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (canonicalJson(value) !== text) throw refused('$', 'is JSON, but not in canonical form (RFC 8785)');
  return value;
}

function write(value: unknown, place: string, depth: number): string {
  if (depth > DEEPEST) throw refused(place, `is nested deeper than ${DEEPEST} levels`);
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw refused(place, 'has a lone surrogate');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw refused(place, `is ${value}`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw refused(place, `is an integer over 2^53 (${value}); write it as a string`);
      }
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, place, depth) : writeObject(value, place, depth);
    default:
      throw refused(place, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
  }
}

function writeArray(values: readonly unknown[], place: string, depth: number): string {
  const parts: string[] = [];
  for (let i = 0; i < values.length; i++) parts.push(write(values[i], `${place}[${i}]`, depth + 1));
  return `[${parts.join(',')}]`;
}

function writeObject(value: object, place: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused(place, `is a ${value.constructor?.name ?? 'object of a class'}, not plain data`);
  }
  const parts: string[] = [];
  for (const [key, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.isWellFormed()) throw refused(place, 'has a key with a lone surrogate');
    parts.push(`${JSON.stringify(key)}:${write(member, `${place}.${key}`, depth + 1)}`);
  }
  return `{${parts.join(',')}}`;
}

function refused(place: string, problem: string): AssayError {
  return new AssayError('ASSAY_JSON_NOT_CANONICAL', `${place} ${problem}`);
}
