import { AssayError } from '../errors.ts';
import { yaml } from '../lazy-yaml.ts';
import type { Json } from './graph.ts';
import { suggestion } from './problems.ts';
import { describeValue, valueAt } from './value.ts';

export type Parameters = Readonly<Record<string, Json>>;

/** The value of a dotted parameter; undefined when there is none. Items of lists have no names. */
export function parameterAt(parameters: Parameters, dotted: string): Json | undefined {
  const steps = dotted.split('.');
  const parent = valueAt(parameters, steps.slice(0, -1));
  return Array.isArray(parent) ? undefined : valueAt(parameters, steps);
}

/** Every dotted name: `model`, `model.epochs`, … */
export function parameterNames(parameters: Parameters): string[] {
  const names: string[] = [];
  const walk = (value: Json, before: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      names.push(before + key);
      walk(inner, `${before}${key}.`);
    }
  };
  walk(parameters, '');
  return names;
}

/**
 * Puts values given from outside in the place of the file's. A text is read as the kind of value the file has: a number,
 * `true` or `false`, a list by commas or in brackets; a text stays a text.
 *
 * @throws AssayError ASSAY_PIPELINE_UNKNOWN_PARAMETER, ASSAY_PIPELINE_OVERRIDE
 */
export function override(parameters: Parameters, overrides: Parameters): Parameters {
  let result = parameters;
  for (const [dotted, given] of Object.entries(overrides)) {
    const declared = parameterAt(result, dotted);
    if (declared === undefined)
      throw new AssayError('ASSAY_PIPELINE_UNKNOWN_PARAMETER', `the pipeline has no parameter \`${dotted}\``, {
        hint: suggestion(dotted, parameterNames(parameters), 'parameter'),
      });
    result = replaceAt(result, dotted.split('.'), convert(dotted, declared, given));
  }
  return result;
}

function replaceAt(object: Parameters, [first, ...rest]: readonly string[], value: Json): Parameters {
  if (first === undefined) return object;
  const inner = object[first];
  const nested = rest.length > 0 && isMapping(inner) ? replaceAt(inner, rest, value) : value;
  return { ...object, [first]: nested };
}

function convert(dotted: string, declared: Json, given: Json): Json {
  const value = typeof given === 'string' && typeof declared !== 'string' ? readText(given, declared) : given;
  if (declared === null || kindOf(declared) === kindOf(value)) return value;
  throw new AssayError(
    'ASSAY_PIPELINE_OVERRIDE',
    `the parameter \`${dotted}\` is ${kindOf(declared)} in the file; ${describeValue(given)} was given`,
    { hint: `Give ${kindOf(declared)}, such as ${JSON.stringify(declared)}.` },
  );
}

function readText(text: string, declared: Json): Json {
  const document = yaml().parseDocument(text, { schema: 'core', prettyErrors: false, logLevel: 'silent' });
  const read: Json = document.errors.length + document.warnings.length > 0 ? text : document.toJS({ maxAliasCount: 0 });
  if (!Array.isArray(declared) || Array.isArray(read)) return read;
  if (text.trim() === '') return [];
  const item = declared[0];
  return text
    .split(',')
    .map((part) => (typeof item === 'number' || typeof item === 'boolean' ? readText(part, item) : part));
}

function kindOf(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a mapping'
    : { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as 'string'];
}

function isMapping(value: Json | undefined): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Splits `a.b=3` of a command line. @throws AssayError ASSAY_PIPELINE_OVERRIDE */
export function parseOverride(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new AssayError('ASSAY_PIPELINE_OVERRIDE', `\`${text}\` sets no parameter`, {
      hint: 'Write NAME=VALUE, such as model.epochs=5.',
    });
  return [text.slice(0, equals).trim(), text.slice(equals + 1)];
}
