import type { Architecture, Attending, Encoding } from '../network/index.ts';
import { type Check, type Checks, flag, integer, invalidSetting, isObject, mergeSettings } from './settings.ts';

/** What a kind of layer is by default, and what its settings may be. */
interface Kind<T> {
  readonly defaults: T;
  readonly checks: Checks<Omit<T, 'kind'>>;
}

type Kinds<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: Kind<Extract<T, { readonly kind: K }> extends never ? T : Extract<T, { kind: K }>>;
};

const WIDTH = integer(1, 4096);
const HEADS = integer(1, 64);
const DEPTH = integer(1, 16);
const RADIUS = integer(0, 16);

const evenWidth: Check = (value) =>
  WIDTH(value) === undefined && Number(value) % 2 === 0 ? undefined : 'an even number from 2 to 4096';
const radius: Check = (value) => {
  if (!Array.isArray(value)) return RADIUS(value) && 'a whole number from 0 to 16, or a list of some';
  const whole = value.length > 0 && value.length <= 8 && value.every((item) => RADIUS(item) === undefined);
  return whole && new Set(value).size === value.length ? undefined : 'a list of different whole numbers from 0 to 16';
};

const EMBED: Kinds<Architecture['embed']> = {
  words: { defaults: { kind: 'words', width: 32 }, checks: { width: WIDTH } },
  vectors: {
    defaults: { kind: 'vectors', width: 0, tuned: true, extra: 20_000 },
    checks: { width: integer(0, 4096), tuned: flag, extra: integer(0, 10_000_000) },
  },
};

const ENCODE: Kinds<Encoding> = {
  window: {
    defaults: { kind: 'window', width: 32, radius: 1, depth: 1, residual: true },
    checks: { width: WIDTH, radius, depth: DEPTH, residual: flag },
  },
  bigru: { defaults: { kind: 'bigru', width: 64, depth: 1 }, checks: { width: evenWidth, depth: DEPTH } },
  bilstm: { defaults: { kind: 'bilstm', width: 64, depth: 1 }, checks: { width: evenWidth, depth: DEPTH } },
  transformer: {
    defaults: { kind: 'transformer', width: 64, heads: 4, hidden: 128, depth: 1 },
    checks: { width: WIDTH, heads: HEADS, hidden: WIDTH, depth: DEPTH },
  },
};

const ATTEND: Kinds<Attending> = {
  additive: { defaults: { kind: 'additive', width: 16 }, checks: { width: WIDTH } },
  'multi-head': { defaults: { kind: 'multi-head', width: 32, heads: 4 }, checks: { width: WIDTH, heads: HEADS } },
  self: { defaults: { kind: 'self', width: 16, heads: 4 }, checks: { width: WIDTH, heads: HEADS } },
  max: { defaults: { kind: 'max' }, checks: {} },
  mean: { defaults: { kind: 'mean' }, checks: {} },
};

const PREDICT: Kinds<Architecture['predict']> = {
  softmax: { defaults: { kind: 'softmax' }, checks: {} },
  'multi-label': { defaults: { kind: 'multi-label' }, checks: {} },
  ordinal: { defaults: { kind: 'ordinal' }, checks: {} },
};

/** A part that is not named has its first kind. */
function resolveKind<T extends { readonly kind: string }>(kinds: Kinds<T>, given: unknown, path: string): T {
  if (given !== undefined && !isObject(given)) throw invalidSetting(path, given, 'an object of settings');
  const [first] = Object.keys(kinds);
  const name = given?.kind ?? first;
  const known = new Map<string, Kind<T>>(Object.entries(kinds));
  const kind = typeof name === 'string' ? known.get(name) : undefined;
  if (kind === undefined) {
    const names = [...known.keys()].map((known) => JSON.stringify(known)).join(' or ');
    throw invalidSetting(`${path}.kind`, name, names);
  }
  const checks = { kind: () => undefined, ...kind.checks };
  // The settings are checked one by one, so that what comes out has the kind's type.
  return mergeSettings(kind.defaults, given ?? {}, checks, `${path}.`) as T;
}

/**
 * What a network is made of, from a configuration in which anything may be left out.
 *
 * @throws LearnError `ASSAY_LEARN_CONFIG_INVALID`, naming the setting.
 */
export function resolveArchitecture(given: Readonly<Record<string, unknown>>): Architecture {
  const encode = Array.isArray(given.encode)
    ? given.encode.map((layer: unknown, i) => resolveKind(ENCODE, layer, `encode[${i}]`))
    : resolveKind(ENCODE, given.encode, 'encode');
  if (Array.isArray(encode) && (encode.length === 0 || encode.length > 8)) {
    throw invalidSetting('encode', given.encode, 'one encoder, or a list of 1 to 8');
  }
  const attend = resolveKind(ATTEND, given.attend, 'attend');
  for (const layer of [encode, attend].flat()) checkShares(layer);
  return {
    embed: resolveKind(EMBED, given.embed, 'embed'),
    encode,
    attend,
    predict: resolveKind(PREDICT, given.predict, 'predict'),
  };
}

function checkShares(layer: Encoding | Attending): void {
  if (layer.kind === 'window' && typeof layer.radius !== 'number' && layer.width % layer.radius.length > 0) {
    throw invalidSetting('encode.width', layer.width, `a multiple of ${layer.radius.length}, the number of radii`);
  }
  if ((layer.kind === 'transformer' || layer.kind === 'multi-head') && layer.width % layer.heads > 0) {
    const part = layer.kind === 'transformer' ? 'encode' : 'attend';
    throw invalidSetting(`${part}.width`, layer.width, `a multiple of ${layer.heads}, the number of heads`);
  }
}
