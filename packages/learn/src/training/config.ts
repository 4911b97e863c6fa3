import type { Architecture, Attending, Encoding } from '../network/index.ts';
import { resolveArchitecture } from './layer-settings.ts';
import {
  type Check,
  type Checks,
  integer,
  invalidSetting,
  isObject,
  mergeSettings,
  notNegative,
  oneOf,
  positive,
  share,
} from './settings.ts';

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
  /**
   * How the step size goes: it rises from 0 over the first `warmup` share of all steps, then stays, or falls to 0 at the
   * last step of the last epoch along a line or half a cosine.
   */
  readonly schedule: { readonly kind: 'constant' | 'linear' | 'cosine'; readonly warmup: number };
  /** Gradients whose norm over all weights is above this are scaled down to it; 0 leaves them as they are. */
  readonly clipping: number;
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
  /**
   * After training: `temperature` divides what goes into the probabilities by the number that makes the development set's
   * loss least, so that they are neither too sure nor too unsure (Guo et al. 2017). It needs a development set.
   */
  readonly calibration: 'none' | 'temperature';
  /** Networks trained from different seeds, whose probabilities are averaged. */
  readonly members: number;
}

type PartialOf<T> = T extends object ? Partial<T> : never;

/** A training configuration in which anything may be left to its default. */
export type TrainingOptions = {
  readonly [K in Exclude<keyof TrainingConfig, keyof Architecture>]?: TrainingConfig[K] extends number | string
    ? TrainingConfig[K]
    : K extends 'classWeights'
      ? TrainingConfig[K]
      : Partial<TrainingConfig[K]>;
} & {
  readonly embed?: PartialOf<Architecture['embed']>;
  readonly encode?: PartialOf<Encoding> | readonly PartialOf<Encoding>[];
  readonly attend?: PartialOf<Attending>;
  readonly predict?: PartialOf<Architecture['predict']>;
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
  schedule: { kind: 'constant', warmup: 0 },
  clipping: 0,
  averaging: 0.98,
  batchSize: 16,
  epochs: 30,
  earlyStopping: { metric: 'macro-f1', patience: 8, minEpochs: 1 },
  classWeights: 'none',
  labelSmoothing: 0.1,
  calibration: 'none',
  members: 3,
};

const classWeights: Check = (value) => {
  if (value === 'none' || value === 'balanced') return undefined;
  const ok = isObject(value) && Object.values(value).every((weight) => positive(weight) === undefined);
  return ok ? undefined : '"none", "balanced" or a number above 0 for each label';
};

const CHECKS: Checks<Omit<TrainingConfig, keyof Architecture>> = {
  vocabulary: { minCount: integer(1, 2 ** 31), maxSize: integer(1, 10_000_000) },
  maxTokens: integer(1, 65_536),
  dropout: { words: share, embed: share, pooled: share },
  learningRate: positive,
  weightDecay: notNegative,
  schedule: { kind: oneOf('constant', 'linear', 'cosine'), warmup: share },
  clipping: notNegative,
  averaging: share,
  batchSize: integer(1, 65_536),
  epochs: integer(1, 100_000),
  earlyStopping: { metric: oneOf('loss', 'macro-f1'), patience: integer(1, 100_000), minEpochs: integer(1, 100_000) },
  classWeights,
  labelSmoothing: share,
  calibration: oneOf('none', 'temperature'),
  members: integer(1, 64),
};

/**
 * The defaults with what is given in their place.
 *
 * @throws LearnError `ASSAY_LEARN_CONFIG_INVALID`, naming the setting, when one is unknown or has a value it cannot have.
 */
export function resolveConfig(options: TrainingOptions = {}): TrainingConfig {
  if (!isObject(options)) throw invalidSetting('The configuration', options, 'an object of settings');
  const { embed, encode, attend, predict, ...rest } = options;
  const { embed: _embed, encode: _encode, attend: _attend, predict: _predict, ...defaults } = DEFAULT_CONFIG;
  const parts = ['embed', 'encode', 'attend', 'predict'];
  const checks = { ...Object.fromEntries(parts.map((part) => [part, () => undefined])), ...CHECKS };
  const settings = mergeSettings(defaults, rest, checks, '');
  return { ...resolveArchitecture({ embed, encode, attend, predict }), ...settings } as TrainingConfig;
}
