import { LearnError } from '../errors.ts';
import {
  type BootstrapOptions,
  bootstrapInterval,
  type ClassificationReport,
  classificationReport,
  clusterBootstrap,
  fewestGroups,
  type Interval,
  mcnemarExact,
  pairedBootstrap,
} from '../statistics/index.ts';
import { codeLabels, scoreSample } from './coded-labels.ts';

/**
 * One classifier's answers on the test items, in the items' order; null where it gave none. No answer, and one that is
 * not among the labels, count as wrong.
 */
export interface SystemAnswers {
  readonly name: string;
  readonly kind: 'majority' | 'labeler' | 'model';
  readonly predicted: readonly (string | null)[];
}

export interface IntervalScore {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

export interface SystemScores {
  readonly name: string;
  readonly kind: SystemAnswers['kind'];
  /** Share of items with an answer. */
  readonly coverage: number;
  readonly accuracy: IntervalScore;
  readonly macro_f1: IntervalScore;
  readonly per_class: readonly {
    readonly label: string;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly support: number;
  }[];
  /** Rows: reference labels; columns: the same, then answers that are none of them. */
  readonly confusion: {
    readonly labels: readonly string[];
    readonly columns: readonly string[];
    readonly counts: readonly (readonly number[])[];
  };
}

/** The model's macro F1 less another system's, on the same items. */
export interface Verdict {
  readonly against: string;
  readonly difference: IntervalScore;
  /** Two-sided, of the paired bootstrap. */
  readonly p_value: number;
  /** Exact McNemar test on which items were right. */
  readonly mcnemar_p_value: number;
  /** `no clear difference` when the interval has 0 in it. */
  readonly verdict: 'better' | 'worse' | 'no clear difference';
}

export interface SystemsEvaluation {
  readonly systems: readonly SystemScores[];
  readonly verdicts: readonly Verdict[];
  /** What the intervals drew: whole groups, or single items where there are no groups or too few. */
  readonly drawn: 'groups' | 'items';
}

const noAnswer = '(no answer)';

/**
 * Scores several classifiers on the same test items, each with percentile bootstrap intervals, and tells the one of kind
 * `model` against each of the others.
 *
 * @param reference the reference label of each item.
 * @param labels the labels in order.
 * @param groups what each item is a part of; whole groups are then drawn (cluster bootstrap). With fewer than
 * {@link fewestGroups} items are drawn instead.
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`; `ASSAY_LEARN_LABEL_UNKNOWN` for a reference label that is not among `labels`.
 */
export function evaluateSystems(
  reference: readonly string[],
  systems: readonly SystemAnswers[],
  options: { readonly labels: readonly string[]; readonly groups?: readonly string[] } & BootstrapOptions,
): SystemsEvaluation {
  const { labels, groups, ...bootstrap } = options;
  for (const { name, predicted } of systems) {
    if (predicted.length === reference.length) continue;
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `${name} answers ${predicted.length} of ${reference.length} items.`,
      {
        hint: 'Give one answer, or null, for each reference label, in the same order.',
      },
    );
  }
  const unknown = reference.find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new LearnError(
      'ASSAY_LEARN_LABEL_UNKNOWN',
      `The reference label ${JSON.stringify(unknown)} is not among ${JSON.stringify(labels)}.`,
      { hint: 'Test on the labels that were learned.' },
    );
  }
  const items = reference.map((_, i) => i);
  const group = groups && new Set(groups).size >= fewestGroups ? (i: number) => groups[i]! : undefined;
  const coded = new Map(systems.map((system) => [system, codeLabels(reference, system.predicted, labels)]));
  const macroF1 = (system: SystemAnswers) => (sample: readonly number[]) =>
    scoreSample(coded.get(system)!, sample).macroF1;
  const interval = (statistic: (sample: readonly number[]) => number): IntervalScore =>
    asScore(
      group ? clusterBootstrap(items, group, statistic, bootstrap) : bootstrapInterval(items, statistic, bootstrap),
    );

  const scored = systems.map((system): SystemScores => {
    const report = reportWithOthers(reference, system, labels);
    return {
      name: system.name,
      kind: system.kind,
      coverage: system.predicted.filter((label) => label !== null).length / Math.max(1, reference.length),
      accuracy: interval((sample) => scoreSample(coded.get(system)!, sample).accuracy),
      macro_f1: interval(macroF1(system)),
      per_class: report.classes.slice(0, labels.length).map(({ label, precision, recall, f1, support }) => ({
        label,
        precision,
        recall,
        f1,
        support,
      })),
      confusion: {
        labels,
        columns: report.matrix.labels,
        counts: report.matrix.counts.slice(0, labels.length),
      },
    };
  });

  const model = systems.find(({ kind }) => kind === 'model');
  const others = model ? systems.filter((system) => system !== model) : [];
  const verdicts = others.map((other): Verdict => {
    const [first, second] = [macroF1(model!), macroF1(other)];
    const difference = pairedBootstrap(items, (sample) => first(sample) - second(sample), {
      ...bootstrap,
      ...(group ? { group } : {}),
    });
    const right = (system: SystemAnswers) => items.map((i) => system.predicted[i] === reference[i]);
    return {
      against: other.name,
      difference: asScore(difference),
      p_value: difference.pValue,
      mcnemar_p_value: mcnemarExact(right(model!), right(other)).pValue,
      verdict: difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'no clear difference',
    };
  });
  return { systems: scored, verdicts, drawn: group ? 'groups' : 'items' };
}

/** The labels first; an answer that is none of them has a column of its own, and is no class. */
function reportWithOthers(
  reference: readonly string[],
  { predicted }: SystemAnswers,
  labels: readonly string[],
): ClassificationReport {
  const answers = predicted.map((label) => label ?? noAnswer);
  const others = [...new Set(answers)].filter((answer) => !labels.includes(answer)).sort();
  return classificationReport(reference, answers, [...labels, ...others]);
}

function asScore({ estimate, low, high, confidence }: Interval): IntervalScore {
  return { value: estimate, low, high, level: confidence };
}
