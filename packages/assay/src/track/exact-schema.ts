import { createRequire } from 'node:module';
import { AssayError } from '../errors.ts';
import { compareDecimals, type Decimal, isInteger, parseDecimal, sameValue, type Value } from './documents/index.ts';

const require = createRequire(import.meta.url);

export interface SchemaProblem {
  readonly pointer: string;
  readonly at: number;
  readonly message: string;
}

/**
 * A check by JSON Schema 2020-12 that sees every number exactly. Ajv knows doubles only: it is given a number of the same kind in
 * place of one that a double does not hold, and limits, `const`, `enum` and `uniqueItems` are compared by the values themselves.
 *
 * @throws AssayError `ASSAY_TRACK_SCHEMA`
 */
export function exactAjv(schema: Value): (value: Value) => readonly SchemaProblem[] {
  const Ajv: typeof import('ajv/dist/2020.js').default = require('ajv/dist/2020.js').default;
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false });
  const values = new WeakMap<object, Value>();
  let whole: Value = schema;
  const exact = (cxt: { parentData?: unknown; parentDataProperty?: unknown } | undefined): Value =>
    memberOf(isObject(cxt?.parentData) ? values.get(cxt.parentData) : undefined, cxt?.parentDataProperty) ?? whole;
  const redefine = (keyword: string, message: string, fits: (wanted: Value, value: Value) => boolean) => {
    ajv.removeKeyword(keyword);
    ajv.addKeyword({
      keyword,
      errors: false,
      error: { message },
      validate: (
        _limit: unknown,
        _data: unknown,
        parent?: object,
        cxt?: { parentData?: unknown; parentDataProperty?: unknown },
      ) => {
        const wanted = memberOf(parent && values.get(parent), keyword);
        return wanted === undefined || fits(wanted, exact(cxt));
      },
    });
  };
  const numbers = (test: (order: number) => boolean) => (wanted: Value, value: Value) =>
    value.type !== 'number' || wanted.type !== 'number' || test(compareDecimals(value.value, wanted.value));
  redefine(
    'minimum',
    'is below the minimum',
    numbers((order) => order >= 0),
  );
  redefine(
    'maximum',
    'is above the maximum',
    numbers((order) => order <= 0),
  );
  redefine(
    'exclusiveMinimum',
    'is not above the exclusive minimum',
    numbers((order) => order > 0),
  );
  redefine(
    'exclusiveMaximum',
    'is not below the exclusive maximum',
    numbers((order) => order < 0),
  );
  redefine(
    'multipleOf',
    'is no multiple',
    (wanted, value) => value.type !== 'number' || wanted.type !== 'number' || isMultiple(value.value, wanted.value),
  );
  redefine('const', 'is not the constant', sameValue);
  redefine(
    'enum',
    'is none of the values',
    (wanted, value) => wanted.type !== 'list' || wanted.value.some((one) => sameValue(one, value)),
  );
  redefine(
    'uniqueItems',
    'has an item twice',
    (wanted, value) =>
      wanted.type !== 'boolean' ||
      !wanted.value ||
      value.type !== 'list' ||
      value.value.every((one, i) => value.value.slice(0, i).every((other) => !sameValue(one, other))),
  );
  const plainSchema = toPlain(schema, values);
  if (!isObject(plainSchema) && typeof plainSchema !== 'boolean') throw invalid('a schema is an object');
  let validate: import('ajv').ValidateFunction;
  try {
    validate = ajv.compile(plainSchema);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  return (value) => {
    whole = value;
    if (validate(toPlain(value, values))) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => ({
      pointer: instancePath,
      at: locate(value, instancePath).at,
      message: `${message ?? 'is not as the schema says'}${extra(params)}`,
    }));
  };
}

function extra(params: Readonly<Record<string, unknown>>): string {
  const named = params.additionalProperty ?? params.unevaluatedProperty;
  return typeof named === 'string' ? ` (${JSON.stringify(named)})` : '';
}

function toPlain(value: Value, values: WeakMap<object, Value>): unknown {
  switch (value.type) {
    case 'null':
      return null;
    case 'number':
      return standIn(value.value);
    case 'list': {
      const list = value.value.map((item) => toPlain(item, values));
      values.set(list, value);
      return list;
    }
    case 'map': {
      const map: Record<string, unknown> = Object.create(null);
      for (const [key, item] of value.value) map[key] = toPlain(item, values);
      values.set(map, value);
      return map;
    }
    default:
      return value.value;
  }
}

/** The number itself where a double holds it; else an integer for an integer, a fraction for a fraction. */
function standIn(decimal: Decimal): number {
  const near = Number(`${decimal.coefficient}e${decimal.exponent}`);
  const back = Number.isFinite(near) ? parseDecimal(String(near)) : undefined;
  if (back && compareDecimals(back, decimal) === 0) return near;
  return isInteger(decimal) ? 1 : 0.5;
}

function isMultiple(value: Decimal, of: Decimal): boolean {
  const low = Math.min(value.exponent, of.exponent);
  if (value.coefficient === 0n) return true;
  // Powers of ten as far as digits of a document may go; beyond, it is refused rather than computed.
  if (value.exponent - low > 10_000 || of.exponent - low > 10_000 || of.coefficient === 0n) return false;
  return (
    (value.coefficient * 10n ** BigInt(value.exponent - low)) % (of.coefficient * 10n ** BigInt(of.exponent - low)) ===
    0n
  );
}

function locate(value: Value, pointer: string): Value {
  let at = value;
  for (const part of pointer.split('/').slice(1)) {
    const next = memberOf(at, part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function memberOf(value: Value | undefined, key: unknown): Value | undefined {
  if (value?.type === 'map') return value.value.get(String(key));
  return value?.type === 'list' ? value.value[Number(key)] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function invalid(message: string): AssayError {
  return new AssayError('ASSAY_TRACK_SCHEMA', `not a JSON Schema (2020-12): ${message}`, {
    hint: 'Write it in JSON, as https://json-schema.org/draft/2020-12/schema describes.',
  });
}
