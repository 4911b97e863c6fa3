import { AssayError } from '../errors.ts';
import { pythonFloat, pythonStr } from './python-text.ts';
import type { Value } from './value.ts';

export type Fields = { readonly [key: string]: Value };

/** How dictionaries are put into commands: DVC's settings `parsing.bool` and `parsing.list`. */
export interface CommandStyle {
  readonly bool: 'store_true' | 'boolean_optional';
  readonly list: 'nargs' | 'append';
}

/** The values that templates of a `dvc.yaml` may name, and from which file each came. */
export class TemplateContext {
  #values: Fields;
  /** By file: the keys that were loaded of it, or undefined for all. */
  readonly #loaded: Map<string, readonly string[] | undefined>;

  constructor(values: Fields = {}, loaded: ReadonlyMap<string, readonly string[] | undefined> = new Map()) {
    this.#values = values;
    this.#loaded = new Map(loaded);
  }

  get values(): Fields {
    return this.#values;
  }

  /** With values of a loop, which stand in front of others of the same name. */
  with(values: Fields): TemplateContext {
    return new TemplateContext({ ...this.#values, ...values }, this.#loaded);
  }

  clone(): TemplateContext {
    return new TemplateContext(this.#values, this.#loaded);
  }

  /**
   * Adds values; maps are joined, and nothing is given twice.
   * @param place for messages
   * @throws AssayError `ASSAY_DVC_TEMPLATE`
   */
  merge(values: Fields, place: string): void {
    this.#values = merged(this.#values, values, place, '');
  }

  /** Whether a file was loaded already. @throws AssayError `ASSAY_DVC_TEMPLATE` for one that was loaded in part */
  isLoaded(file: string, keys: readonly string[] | undefined, place: string): boolean {
    if (!this.#loaded.has(file)) return false;
    const before = this.#loaded.get(file);
    if (before === undefined && keys === undefined) return true;
    if (before === undefined || keys === undefined || keys.some((key) => before.includes(key))) {
      throw failed(place, `${file} is loaded already, as a whole or in part`);
    }
    return false;
  }

  loaded(file: string, keys: readonly string[] | undefined): void {
    const before = this.#loaded.get(file);
    this.#loaded.set(file, keys === undefined ? undefined : [...(before ?? []), ...keys]);
  }

  /** The value with its templates put in; `key` is the field of the stage it belongs to. @throws AssayError `ASSAY_DVC_TEMPLATE` */
  resolve(value: Value, place: string, key: string | undefined, style: CommandStyle): Value {
    if (typeof value === 'string') return this.#resolveText(value, place, key, style);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Value) => this.resolve(one, place, key, style));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        toText(this.#resolveText(name, place, key, style), style),
        this.resolve(one, place, key, style),
      ]),
    );
  }

  #resolveText(text: string, place: string, key: string | undefined, style: CommandStyle): Value {
    if (!text.includes('${')) return text;
    const whole = /^\$\{([^}\n]*)\}$/.exec(text);
    if (whole) {
      const value = this.#select(whole[1]!, place);
      // A list or a map may stand where a loop takes it, and a map as a command's options.
      if (typeof value === 'object' && value !== null && key !== undefined && key !== 'foreach' && key !== 'matrix') {
        if (key !== 'cmd' || Array.isArray(value)) throw failed(place, `\`${text}\` is no single value`);
        return toText(value, style);
      }
      return value;
    }
    return text
      .replace(/(?<!\\)\$\{(.*?)\}/g, (template: string, inner: string) => {
        const value = this.#select(inner, place);
        if (typeof value === 'object' && value !== null && (key !== 'cmd' || Array.isArray(value))) {
          throw failed(place, `\`${template}\` is no single value, and cannot be put into a text`);
        }
        return toText(value, style);
      })
      .replaceAll('\\${', '${');
  }

  #select(expression: string, place: string): Value {
    if (!/^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\])*$/.test(expression)) {
      throw failed(place, `\`\${${expression}}\` is not of the form \`a.b[0]\``);
    }
    let value: Value = this.#values;
    for (const part of expression.replaceAll('[', '.').replaceAll(']', '').split('.')) {
      const name = part.trim();
      const next: Value | undefined = Array.isArray(value)
        ? (value as readonly Value[]).at(/^-?\d+$/.test(name) ? Number(name) : Number.NaN)
        : typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Fields)[name]
          : undefined;
      if (next === undefined) throw failed(place, `there is no \`${expression}\` to put in`);
      value = next;
    }
    return value;
  }
}

/** True of a text with a template in it. */
export function hasTemplate(value: Value): boolean {
  if (typeof value === 'string') return /(?<!\\)\$\{.*?\}/.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, one]) => hasTemplate(key) || hasTemplate(one));
}

/** A value in a text: booleans in lower case, maps as options of a command, everything else as Python prints it. */
export function toText(value: Value, style: CommandStyle = { bool: 'store_true', list: 'nargs' }): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return toOptions(value as Fields, style);
  return pythonStr(value);
}

function toOptions(fields: Fields, style: CommandStyle): string {
  const options: string[] = [];
  for (const [name, value] of flattened(fields, '')) {
    if (typeof value === 'boolean') {
      if (value) options.push(`--${name}`);
      else if (style.bool === 'boolean_optional') options.push(`--no-${name}`);
    } else if (Array.isArray(value)) {
      const items = value.map((one: Value) => {
        if (typeof one === 'object' && one !== null) {
          throw new AssayError('ASSAY_DVC_TEMPLATE', `a list in \`${name}\` holds lists or maps, which no option can`, {
            hint: 'Name its parts by themselves.',
          });
        }
        return typeof one === 'string' ? shellQuoted(one) : pythonScalar(one);
      });
      if (style.list === 'append') options.push(...items.map((one) => `--${name} ${one}`));
      else if (items.length > 0) options.push(`--${name} ${items.join(' ')}`);
    } else if (typeof value === 'string') options.push(`--${name} ${shellQuoted(value)}`);
    else options.push(`--${name} ${pythonScalar(value)}`);
  }
  return options.join(' ');
}

/** As Python prints it: True where a template outside of a map would say true. */
function pythonScalar(value: Value): string {
  return typeof value === 'number' ? pythonFloat(value) : pythonStr(value);
}

function* flattened(fields: Fields, prefix: string): Generator<readonly [string, Value]> {
  for (const [key, value] of Object.entries(fields)) {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (nested && Object.keys(value).length > 0) yield* flattened(value as Fields, `${prefix}${key}.`);
    else if (!nested) yield [`${prefix}${key}`, value];
  }
}

/** As Python's `shlex.quote`. */
export function shellQuoted(text: string): string {
  if (text === '') return "''";
  return /[^\w@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text;
}

function merged(into: Fields, update: Fields, place: string, path: string): Fields {
  const result: Record<string, Value> = { ...into };
  for (const [key, value] of Object.entries(update)) {
    const before = result[key];
    if (isFields(before) && isFields(value)) result[key] = merged(before, value, place, `${path}${key}.`);
    else if (key in result) throw failed(place, `\`${path}${key}\` is given already, and may not be given again`);
    else result[key] = value;
  }
  return result;
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failed(place: string, message: string): AssayError {
  return new AssayError('ASSAY_DVC_TEMPLATE', `${place}: ${message}`, {
    hint: 'See `vars`, `params.yaml` beside the file, and the templates in dvc.yaml.',
  });
}
