import { LearnError } from '../errors.ts';
import { Random } from '../random/index.ts';

export interface BootstrapOptions {
  /** How many samples are drawn; 2,000 by default. */
  readonly resamples?: number;
  /** The interval's confidence, between 0 and 1; 0.95 by default. */
  readonly confidence?: number;
  /** 1 by default; the same seed gives the same interval. */
  readonly seed?: number;
}

/** A statistic with its percentile interval. */
export interface Interval {
  /** The statistic of the items as they are. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly resamples: number;
  /** Samples on which the statistic was not a number; they are left out of the interval. */
  readonly undefinedResamples: number;
}

/** The interval of a difference, and how often chance alone would give one as large. */
export interface DifferenceInterval extends Interval {
  /** Two-sided: twice the smaller share of resampled differences on either side of 0, (count + 1) / (resamples + 1), at most 1. */
  readonly pValue: number;
}

/** With fewer groups than this, intervals that draw whole groups would be too narrow to trust. */
export const fewestGroups = 10;

/**
 * The percentile bootstrap (Efron 1979): items are drawn with replacement, the statistic is taken of each sample, and
 * the interval ends at the quantiles of these (linear interpolation, as numpy's default).
 *
 * @throws LearnError `ASSAY_LEARN_BOOTSTRAP_EMPTY` without items, `ASSAY_LEARN_BOOTSTRAP_OPTIONS` on options that make no sense.
 */
export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  options: BootstrapOptions = {},
): Interval {
  return summarise(statistic(items), resample(items, statistic, options), options);
}

/**
 * The bootstrap over whole groups (paragraphs of one filing are not independent): groups are drawn with replacement,
 * all items of a drawn group come together. Field and Welsh (2007) call it the cluster bootstrap.
 *
 * @throws LearnError as {@link bootstrapInterval}.
 */
export function clusterBootstrap<T>(
  items: readonly T[],
  group: (item: T) => string,
  statistic: (sample: readonly T[]) => number,
  options: BootstrapOptions = {},
): Interval {
  return summarise(statistic(items), resample(clusters(items, group), flat(statistic), options), options);
}

/**
 * The bootstrap of a difference between two systems on the same items (Efron and Tibshirani 1993, ch. 16; Koehn 2004):
 * `difference` takes a sample of pairs and returns, say, macro F1 of the one less that of the other. With `group`,
 * whole groups are drawn.
 *
 * @throws LearnError as {@link bootstrapInterval}.
 */
export function pairedBootstrap<T>(
  items: readonly T[],
  difference: (sample: readonly T[]) => number,
  options: BootstrapOptions & { readonly group?: (item: T) => string } = {},
): DifferenceInterval {
  const values =
    options.group === undefined
      ? resample(items, difference, options)
      : resample(clusters(items, options.group), flat(difference), options);
  const interval = summarise(difference(items), values, options);
  const defined = values.filter((value) => !Number.isNaN(value));
  const notAbove = defined.filter((value) => value <= 0).length;
  const notBelow = defined.filter((value) => value >= 0).length;
  const tail = (Math.min(notAbove, notBelow) + 1) / (defined.length + 1);
  return { ...interval, pValue: Math.min(1, 2 * tail) };
}

function clusters<T>(items: readonly T[], group: (item: T) => string): T[][] {
  return [...Map.groupBy(items, group).values()];
}

function flat<T>(statistic: (sample: readonly T[]) => number): (sample: readonly T[][]) => number {
  return (sample) => statistic(sample.flat());
}

function resample<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { resamples = 2000, confidence = 0.95, seed = 1 }: BootstrapOptions,
): Float64Array {
  if (items.length === 0) {
    throw new LearnError('ASSAY_LEARN_BOOTSTRAP_EMPTY', 'A bootstrap interval needs at least one item.', {
      hint: 'Check that the evaluated set is not empty.',
    });
  }
  if (!Number.isInteger(resamples) || resamples < 1 || !(confidence > 0 && confidence < 1)) {
    throw new LearnError(
      'ASSAY_LEARN_BOOTSTRAP_OPTIONS',
      `resamples must be a positive integer and confidence between 0 and 1, not ${resamples} and ${confidence}.`,
      { hint: 'The defaults are 2000 and 0.95.' },
    );
  }
  const random = new Random(seed);
  const sample = new Array<T>(items.length);
  return Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < items.length; i++) sample[i] = items[random.integer(items.length)]!;
    return statistic(sample);
  });
}

function summarise(estimate: number, values: Float64Array, { confidence = 0.95 }: BootstrapOptions): Interval {
  const defined = values.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate,
    low: quantile(defined, tail),
    high: quantile(defined, 1 - tail),
    confidence,
    resamples: values.length,
    undefinedResamples: values.length - defined.length,
  };
}

/** The quantile of sorted values with linear interpolation (Hyndman and Fan's type 7); NaN without values. */
export function quantile(sorted: Float64Array, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}
