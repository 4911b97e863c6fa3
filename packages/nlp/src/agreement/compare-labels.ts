import { fewestGroups } from '@assay/learn';
import type { LabelLine } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import type { Comparison, Majority, PairComparison } from './comparison.ts';
import { ComparisonSums } from './comparison-sums.ts';
import { mostDisputed } from './disagreements.ts';
import { encode, type LabelMatrix, labelMatrix } from './label-matrix.ts';
import { cohenKappa, disagreementWeights, observedAgreement } from './pair-coefficients.ts';
import { againstReference, asMatrix, referenceStatistics } from './reference-scores.ts';
import { type Estimate, estimates, orNull } from './resampled-sums.ts';

export interface CompareOptions {
  readonly reference?: {
    readonly name: string;
    /** Id → label. */
    readonly labels: ReadonlyMap<string, string>;
  };
  /** Id → what is drawn as a whole for the intervals, such as the filing; by default each text for itself. */
  readonly groupOf?: (id: string) => string;
  /** The categories from low to high, where they are not those of sentiment. */
  readonly order?: readonly string[];
  /** 1,000 when not given. */
  readonly resamples?: number;
  /** 1 when not given; the same seed gives the same intervals. */
  readonly seed?: number;
}

const confidence = 0.95;
const shownDisagreements = 50;

/**
 * Compares labelers on the same texts: coverage, agreement of each pair and of all (Cohen's and Fleiss' κ,
 * Krippendorff's α), confusion, scores against reference labels, and the texts they differ on most. The intervals are
 * percentiles of a bootstrap over groups (over single texts where there are fewer than ten groups), with the same draws
 * for every figure.
 *
 * @throws {NlpError} ASSAY_AGREEMENT_NO_OVERLAP when the reference has a label for none of the texts, and those of
 * {@link labelMatrix}.
 */
export function compareLabels(lines: readonly LabelLine[], options: CompareOptions = {}): Comparison {
  const { reference, resamples = 1000, seed = 1 } = options;
  const truth = reference?.labels ?? new Map<string, string>();
  const labelOf = lines.map(({ id }) => truth.get(id));
  if (reference !== undefined && lines.length > 0 && labelOf.every((label) => label === undefined)) {
    throw new NlpError(
      'ASSAY_AGREEMENT_NO_OVERLAP',
      `None of the ${lines.length} labelled texts has a label in the reference "${reference.name}".`,
      { hint: `An id here is "${lines[0]!.id}", there "${[...truth.keys()][0] ?? ''}": both must name texts alike.` },
    );
  }
  const matrix = labelMatrix(lines, {
    ...(options.order === undefined ? {} : { order: options.order }),
    also: labelOf.filter((label) => label !== undefined),
  });
  const { labelers, categories } = matrix;
  const byGroup = numbered(lines.map(({ id }) => options.groupOf?.(id) ?? id));
  const drawn = byGroup.groups < fewestGroups ? 'texts' : 'groups';
  const { numbers } = drawn === 'groups' ? byGroup : numbered(lines.map(({ id }) => id));
  const parts = new ComparisonSums(matrix, numbers, encode(categories, labelOf));
  const whole = parts.sums.total();
  const found = estimates(parts.sums, (sums) => parts.statistics(sums), { resamples, confidence, seed });
  const [alpha, fleiss] = [found[0]!, found[1]!];
  const kappas = found.slice(2, 2 + parts.pairs.length);
  const scores = found.slice(2 + parts.pairs.length);
  const statisticsOfEach = scores.length / labelers.length;
  const disputed = mostDisputed(matrix, lines, truth);
  return {
    labelers,
    categories,
    ordered: matrix.ordered,
    items: matrix.items,
    ...coverageOf(matrix),
    pairs: parts.pairs.map((pair, index) => comparePair(matrix, pair, parts.pair(whole, index), kappas[index]!)),
    cohen_kappa: perLabeler(labelers, (labeler) =>
      Object.fromEntries(
        parts.pairs.flatMap(([first, second], index): [string, number | null][] => {
          if (first !== labeler && second !== labeler) return [];
          return [[labelers[first === labeler ? second : first]!, kappas[index]!.value]];
        }),
      ),
    ),
    fleiss_kappa: fleiss.value,
    fleiss_kappa_interval: { low: fleiss.low, high: fleiss.high },
    fleiss_kappa_items: parts.fleissSums(whole)[0]!,
    krippendorff_alpha: alpha.value,
    krippendorff_alpha_interval: { low: alpha.low, high: alpha.high },
    krippendorff_alpha_by_level: {
      nominal: alpha.value,
      ordinal: matrix.ordered ? orNull(parts.alpha(whole, 'ordinal')) : null,
      interval: matrix.ordered ? orNull(parts.alpha(whole, 'interval')) : null,
    },
    confusion: parts.pairs.map(([first, second], index) => ({
      rows: labelers[first]!,
      columns: labelers[second]!,
      counts: asMatrix(parts.pair(whole, index), categories).counts,
    })),
    reference:
      reference === undefined
        ? null
        : { name: reference.name, ...describeReference(categories, parts.scored, labelOf) },
    against_reference:
      reference === undefined
        ? {}
        : perLabeler(labelers, (labeler) => {
            const own = scores.slice(labeler * statisticsOfEach, (labeler + 1) * statisticsOfEach);
            return againstReference(parts.against(whole, labeler), categories, parts.scored, own);
          }),
    disagreements: disputed.slice(0, shownDisagreements),
    disputed_items: disputed.length,
    bootstrap: { resamples, confidence, seed, groups: byGroup.groups, drawn },
  };
}

function numbered(names: readonly string[]): { numbers: Int32Array; groups: number } {
  const known = new Map<string, number>();
  const numbers = Int32Array.from(names, (name) => {
    const number = known.get(name) ?? known.size;
    known.set(name, number);
    return number;
  });
  return { numbers, groups: known.size };
}

function perLabeler<T>(labelers: readonly string[], of: (labeler: number) => T): Record<string, T> {
  return Object.fromEntries(labelers.map((name, labeler) => [name, of(labeler)]));
}

function coverageOf({
  labelers,
  categories,
  codes,
  items,
}: LabelMatrix): Pick<Comparison, 'coverage' | 'distribution'> {
  const counts = codes.map((given) => {
    const count = new Array<number>(categories.length).fill(0);
    for (const code of given) if (code >= 0) count[code]! += 1;
    return count;
  });
  return {
    coverage: perLabeler(labelers, (labeler) => {
      const labelled = counts[labeler]!.reduce((sum, count) => sum + count, 0);
      return { labelled, share: labelled / items };
    }),
    distribution: perLabeler(labelers, (labeler) =>
      Object.fromEntries(categories.map((category, code) => [category, counts[labeler]![code]!])),
    ),
  };
}

function comparePair(
  { labelers, categories, ordered }: LabelMatrix,
  [first, second]: readonly [number, number],
  table: Float64Array,
  { value, low, high }: Estimate,
): PairComparison {
  const size = categories.length;
  const weighted = (kind: 'linear' | 'quadratic'): number | null =>
    orNull(cohenKappa(table, size, disagreementWeights(kind, size)));
  return {
    labelers: [labelers[first]!, labelers[second]!],
    items: table.reduce((sum, count) => sum + count, 0),
    agreement: orNull(observedAgreement(table, size)),
    cohen_kappa: value,
    cohen_kappa_interval: { low, high },
    weighted_kappa: ordered ? { linear: weighted('linear'), quadratic: weighted('quadratic') } : null,
  };
}

function describeReference(
  categories: readonly string[],
  scored: readonly number[],
  labels: readonly (string | undefined)[],
): { items: number; distribution: Record<string, number>; majority: Majority } {
  const size = categories.length;
  const support = categories.map((category) => labels.filter((label) => label === category).length);
  const most = support.indexOf(Math.max(...support));
  const table = new Float64Array(size * size);
  support.forEach((count, code) => {
    table[code * size + most] = count;
  });
  const [accuracy, , , macroF1] = referenceStatistics(table, categories, scored);
  return {
    items: support.reduce((sum, count) => sum + count, 0),
    distribution: Object.fromEntries(categories.map((category, code) => [category, support[code]!])),
    majority: { label: categories[most]!, accuracy: accuracy!, macro_f1: macroF1! },
  };
}
