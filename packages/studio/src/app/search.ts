/** Reads what an address says after its `?`; what is not as it should be is left out. */

type Search = Readonly<Record<string, unknown>>;

export function text<K extends string>(search: Search, name: K): { readonly [_ in K]?: string | undefined } {
  const value = search[name];
  const found = typeof value === 'number' ? String(value) : value;
  return only(name, typeof found === 'string' && found !== '' ? found : undefined);
}

export function choice<K extends string, const T extends string>(
  search: Search,
  name: K,
  choices: readonly T[],
): { readonly [_ in K]?: T | undefined } {
  const value = String(search[name]);
  return only(
    name,
    choices.find((one) => one === value),
  );
}

export function whole<K extends string>(search: Search, name: K): { readonly [_ in K]?: number | undefined } {
  const value = Number(search[name]);
  return only(name, Number.isSafeInteger(value) && value > 0 ? value : undefined);
}

function only<K extends string, T>(name: K, value: T | undefined): { readonly [_ in K]?: T | undefined } {
  const found: { [_ in K]?: T | undefined } = {};
  if (value !== undefined) found[name] = value;
  return found;
}
