import { LearnError } from '../errors.ts';
import type { Architecture } from '../network/index.ts';

/** Everything that decides how a text classifier is made, besides the data and the seed. */
export interface TrainingConfig extends Architecture {
  /** Words that occur less than `minCount` times in training, or are not among the `maxSize` commonest, are unknown. */
  readonly vocabulary: { readonly minCount: number; readonly maxSize: number };
  /** Longer texts are cut to this many tokens. */
  readonly maxTokens: number;
  /** In training only: the share of words replaced by the unknown word, of embedding values and of pooled values zeroed. */
  readonly dropout: { readonly words: number; readonly embed: number; readonly pooled: number };
  /** Adam's step size, and the decoupled weight decay that it multiplies. */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** The model's weights are a moving average over steps, of which each step keeps this share; 0 takes them as they are. */
  readonly averaging: number;
  /** Texts in a batch, and passes over the training texts at most. */
  readonly batchSize: number;
  readonly epochs: number;
  /**
   * Training ends when the development set's `metric` has not improved for `patience` epochs, and the best epoch's
   * weights are kept. Epochs before `minEpochs` are not considered.
   */
  readonly earlyStopping: {
    readonly metric: 'loss' | 'macro-f1';
    readonly patience: number;
    readonly minEpochs: number;
  };
  /** How much a text of each class counts: all the same, inversely to the class's frequency, or as given by label. */
  readonly classWeights: 'none' | 'balanced' | Readonly<Record<string, number>>;
  /** The share of probability that the training target gives to all classes evenly. */
  readonly labelSmoothing: number;
  /** Networks trained from different seeds, whose probabilities are averaged. */
  readonly members: number;
}

/** A training configuration in which anything may be left to its default. */
export type TrainingOptions = {
  readonly [K in keyof TrainingConfig]?: TrainingConfig[K] extends number | string
    ? TrainingConfig[K]
    : K extends 'classWeights'
      ? TrainingConfig[K]
      : Partial<TrainingConfig[K]>;
};

/**
 * What a person gets who configures nothing. Chosen for a few hundred texts, on draws of 300 sentences from the Stanford
 * Sentiment Treebank: narrow layers, strong dropout, smoothed labels, averaged weights, three members. Width, radius and
 * batch size made no difference there beyond chance; the members' average was half a point to a point above one member.
 */
export const DEFAULT_CONFIG: TrainingConfig = {
  embed: { kind: 'words', width: 32 },
  encode: { kind: 'window', width: 32, radius: 1, depth: 1, residual: true },
  attend: { kind: 'additive', width: 16 },
  predict: { kind: 'softmax' },
  vocabulary: { minCount: 1, maxSize: 50_000 },
  maxTokens: 512,
  dropout: { words: 0.2, embed: 0.5, pooled: 0.5 },
  learningRate: 0.002,
  weightDecay: 0.01,
  averaging: 0.98,
  batchSize: 16,
  epochs: 30,
  earlyStopping: { metric: 'macro-f1', patience: 8, minEpochs: 1 },
  classWeights: 'none',
  labelSmoothing: 0.1,
  members: 3,
};

type Check = (value: unknown) => string | undefined;

const integer =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high
      ? undefined
      : `a whole number from ${low} to ${high}`;
const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'from 0 to below 1';
const positive: Check = (value) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : 'a number above 0';
const notNegative: Check = (value) =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value) ? undefined : 'a number of at least 0';
const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && choices.includes(value)
      ? undefined
      : choices.map((c) => JSON.stringify(c)).join(' or ');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const classWeights: Check = (value) => {
  if (value === 'none' || value === 'balanced') return undefined;
  const ok = isObject(value) && Object.values(value).every((weight) => positive(weight) === undefined);
  return ok ? undefined : '"none", "balanced" or a number above 0 for each label';
};

type Checks<T> = { readonly [K in keyof T]-?: Check | Checks<T[K]> };

const WIDTH = integer(1, 4096);

const CHECKS: Checks<TrainingConfig> = {
  embed: { kind: oneOf('words'), width: WIDTH },
  encode: { kind: oneOf('window'), width: WIDTH, radius: integer(0, 16), depth: integer(1, 16), residual: flag },
  attend: { kind: oneOf('additive'), width: WIDTH },
  predict: { kind: oneOf('softmax') },
  vocabulary: { minCount: integer(1, 2 ** 31), maxSize: integer(1, 10_000_000) },
  maxTokens: integer(1, 65_536),
  dropout: { words: share, embed: share, pooled: share },
  learningRate: positive,
  weightDecay: notNegative,
  averaging: share,
  batchSize: integer(1, 65_536),
  epochs: integer(1, 100_000),
  earlyStopping: { metric: oneOf('loss', 'macro-f1'), patience: integer(1, 100_000), minEpochs: integer(1, 100_000) },
  classWeights,
  labelSmoothing: share,
  members: integer(1, 64),
};

/**
 * The defaults with what is given in their place.
 *
 * @throws LearnError `ASSAY_LEARN_CONFIG_INVALID`, naming the setting, when one is unknown or has a value it cannot have.
 */
export function resolveConfig(options: TrainingOptions = {}): TrainingConfig {
  return merge(DEFAULT_CONFIG, options, CHECKS, '') as TrainingConfig;
}

function merge(defaults: object, given: unknown, checks: object, path: string): object {
  if (!isObject(given)) throw invalid(path || 'The configuration', given, 'an object of settings');
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
    if (typeof check !== 'function') return [key, merge(Object(fallback), value, Object(check), `${path}${key}.`)];
    const expected: unknown = check(value);
    if (typeof expected === 'string') throw invalid(`${path}${key}`, value, expected);
    return [key, value];
  });
  return Object.fromEntries(merged);
}

function invalid(what: string, value: unknown, expected: string): LearnError {
  return new LearnError(
    'ASSAY_LEARN_CONFIG_INVALID',
    `${what} must be ${expected}, not ${JSON.stringify(value) ?? value}.`,
    {
      hint: 'Leave a setting out to take its default.',
    },
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
