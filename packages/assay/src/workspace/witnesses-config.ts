/** The section `witnesses` of assay.yaml. */
export interface WitnessesConfig {
  /** How many of them must have cosigned. */
  readonly quorum: number;
  readonly list: readonly { readonly vkey: string; readonly url: string }[];
}

/** What is wrong with the section, and where in it. */
export function checkWitnesses(
  value: unknown,
): { readonly path: readonly (string | number)[]; readonly message: string } | undefined {
  const { quorum, list, ...others } = Object(value) as Readonly<Record<string, unknown>>;
  const [unknownKey] = Object.keys(others);
  if (unknownKey !== undefined) return { path: [unknownKey], message: 'is no setting: there are `quorum` and `list`' };
  if (!Array.isArray(list) || list.length === 0)
    return { path: ['list'], message: 'must list witnesses: vkey and url' };
  for (let i = 0; i < list.length; i++) {
    const { vkey, url, ...rest } = Object(list[i]) as Readonly<Record<string, unknown>>;
    if (typeof vkey !== 'string' || !/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(vkey)) {
      return { path: ['list', i], message: 'must have `vkey`, a verifier key of kind 04: name+hash+key' };
    }
    if (typeof url !== 'string' || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      return { path: ['list', i], message: 'must have `url`, an address with http or https' };
    }
    if (Object.keys(rest).length > 0) return { path: ['list', i], message: 'has more than `vkey` and `url`' };
  }
  if (typeof quorum !== 'number' || !Number.isInteger(quorum) || quorum < 1 || quorum > list.length) {
    return { path: ['quorum'], message: `must be a number from 1 to ${list.length}` };
  }
  return undefined;
}
