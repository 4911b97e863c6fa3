import { LearnError } from '../errors.ts';

/** Says what a value must be when it is not that. */
export type Check = (value: unknown) => string | undefined;

export type Checks<T> = { readonly [K in keyof T]-?: Check | Checks<T[K]> };

export const integer =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high
      ? undefined
      : `a whole number from ${low} to ${high}`;
export const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'from 0 to below 1';
export const positive: Check = (value) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : 'a number above 0';
export const notNegative: Check = (value) =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value) ? undefined : 'a number of at least 0';
export const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && choices.includes(value)
      ? undefined
      : choices.map((c) => JSON.stringify(c)).join(' or ');
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

/**
 * The defaults with what is given in their place, checked.
 *
 * @param path what errors put before a setting's name.
 * @throws LearnError `ASSAY_LEARN_CONFIG_INVALID`, naming the setting, when one is unknown or has a value it cannot have.
 */
export function mergeSettings(defaults: object, given: unknown, checks: object, path: string): object {
  if (!isObject(given)) throw invalidSetting(path || 'The configuration', given, 'an object of settings');
  const known = new Map<string, unknown>(Object.entries(checks));
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      throw new LearnError('ASSAY_LEARN_CONFIG_INVALID', `There is no setting ${path}${key}.`, {
        hint: `Known here: ${[...known.keys()].join(', ')}.`,
      });
    }
  }
  const merged = Object.entries(defaults).map(([key, fallback]: [string, unknown]) => {
    const value = Object.hasOwn(given, key) && given[key] !== undefined ? given[key] : fallback;
    const check = known.get(key);
    if (typeof check !== 'function')
      return [key, mergeSettings(Object(fallback), value, Object(check), `${path}${key}.`)];
    const expected: unknown = check(value);
    if (typeof expected === 'string') throw invalidSetting(`${path}${key}`, value, expected);
    return [key, value];
  });
  return Object.fromEntries(merged);
}

export function invalidSetting(what: string, value: unknown, expected: string): LearnError {
  return new LearnError(
    'ASSAY_LEARN_CONFIG_INVALID',
    `${what} must be ${expected}, not ${JSON.stringify(value) ?? value}.`,
    {
      hint: 'Leave a setting out to take its default.',
    },
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
