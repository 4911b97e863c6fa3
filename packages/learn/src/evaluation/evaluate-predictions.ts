import { LearnError } from '../errors.ts';
import {
  type BootstrapOptions,
  bootstrapInterval,
  type Calibration,
  calibration,
  classificationReport,
  clusterBootstrap,
  fewestGroups,
  pairedBootstrap,
  type RegressionErrors,
  type RocPoint,
  regressionErrors,
  rocCurve,
} from '../statistics/index.ts';
import { codeLabels, scoreSample } from './coded-labels.ts';
import { evaluateSystems, type IntervalScore, type SystemScores, type Verdict } from './evaluate-systems.ts';
import { alignSets, type PredictionRow, type PredictionSet } from './prediction-set.ts';
import { fieldOf, sliceBy } from './slices.ts';

export interface EvaluatePredictionsOptions extends BootstrapOptions {
  /** By default numbers are estimated where references are numbers of which one is no whole number, or over 20 distinct ones. */
  readonly task?: 'classification' | 'regression';
  /** In their order; by default those that occur, sorted. */
  readonly labels?: readonly string[];
  /** Fields to slice by; `length` is the number of words of the text. */
  readonly slices?: readonly string[];
  /** A field with numbers, such as the size of the training set: scores over its values are a learning curve. */
  readonly curve?: string;
  /** A field by which whole groups are drawn for the intervals, from ten groups on. */
  readonly group?: string;
  /** Bins of the reliability diagram; 10 by default. */
  readonly bins?: number;
  /** Errors that are listed; 20 by default. */
  readonly errors?: number;
}

/** Scores of the items with one value of a field. */
export interface SliceScores {
  readonly field: string;
  readonly value: string;
  readonly items: number;
  /** Accuracy of labels; mean absolute error of numbers. */
  readonly score: IntervalScore;
  /** Over the labels that occur in the slice; null for numbers. */
  readonly macro_f1: IntervalScore | null;
}

export interface RocScores {
  /** The mean of the labels' areas, each against the rest; of two labels, the area. */
  readonly macro_area: number;
  /** Of two labels the second's alone. Labels without both kinds of items have none. */
  readonly curves: readonly { readonly label: string; readonly area: number; readonly points: readonly RocPoint[] }[];
}

/** A wrong answer: of labels, the most confident first; of numbers, the furthest off. */
export interface ListedError {
  readonly id: string;
  readonly text: string | null;
  readonly reference: string | number;
  readonly predicted: string | number | null;
  /** The probability of the wrong label, or the absolute error; null where nothing tells it. */
  readonly size: number | null;
}

interface Shared {
  readonly name: string;
  readonly coverage: number;
  readonly slices: readonly SliceScores[];
  readonly curve: readonly SliceScores[];
  readonly errors: readonly ListedError[];
}

export interface ClassifierEvaluation extends Shared, Omit<SystemScores, 'kind'> {
  readonly micro_f1: number;
  readonly weighted_f1: number;
  /** Null unless every item has probabilities of all labels. */
  readonly roc: RocScores | null;
  readonly calibration: Calibration | null;
}

export interface RegressionEvaluation extends Shared, RegressionErrors {
  readonly rmse_interval: IntervalScore;
  readonly mae_interval: IntervalScore;
}

/** The mean absolute error of the first system less another's, on the same items. */
export interface RegressionVerdict {
  readonly against: string;
  readonly difference: IntervalScore;
  readonly p_value: number;
  readonly verdict: 'better' | 'worse' | 'no clear difference';
}

export type PredictionsEvaluation = {
  readonly items: number;
  readonly drawn: 'groups' | 'items';
} & (
  | {
      readonly task: 'classification';
      readonly labels: readonly string[];
      readonly systems: readonly ClassifierEvaluation[];
      /** The first system against each of the others. */
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly task: 'regression';
      readonly systems: readonly RegressionEvaluation[];
      readonly verdicts: readonly RegressionVerdict[];
    }
);

/**
 * Evaluates files of predictions, ours or not: scores with bootstrap intervals, ROC, calibration, slices, a learning curve,
 * the first system against each of the others, and errors worth reading.
 *
 * @throws LearnError as {@link alignSets}; `ASSAY_LEARN_ONE_CLASS` when all references are one label;
 * `ASSAY_LEARN_LABEL_UNKNOWN`; `ASSAY_LEARN_VALUE_INVALID` for probabilities or numbers that are none;
 * `ASSAY_LEARN_FIELD_MISSING` for a field that no row has.
 */
export function evaluatePredictions(
  sets: readonly PredictionSet[],
  options: EvaluatePredictionsOptions = {},
): PredictionsEvaluation {
  const aligned = alignSets(sets);
  const [{ rows }] = aligned as [PredictionSet];
  for (const field of [...(options.slices ?? []), options.curve, options.group]) {
    if (field === undefined || rows.some((row) => fieldOf(row, field) !== undefined)) continue;
    const fields = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))];
    throw new LearnError('ASSAY_LEARN_FIELD_MISSING', `No line has the field ${JSON.stringify(field)}.`, {
      hint: `The fields are ${fields.join(', ') || 'none'}${rows.some(({ text }) => text !== undefined) ? ', and length' : ''}.`,
    });
  }
  const groups = options.group === undefined ? undefined : rows.map((row) => String(fieldOf(row, options.group!)));
  const isDrawnByGroup = groups !== undefined && new Set(groups).size >= fewestGroups;
  const context: Context = {
    options,
    bootstrap: {
      ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
      ...(options.confidence === undefined ? {} : { confidence: options.confidence }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    },
    groups: isDrawnByGroup ? groups : undefined,
  };
  const shared = { items: rows.length, drawn: isDrawnByGroup ? ('groups' as const) : ('items' as const) };
  return (options.task ?? taskOf(rows)) === 'regression'
    ? { task: 'regression', ...shared, ...evaluateNumbers(aligned, context) }
    : { task: 'classification', ...shared, ...evaluateLabels(aligned, context) };
}

interface Context {
  readonly options: EvaluatePredictionsOptions;
  readonly bootstrap: BootstrapOptions;
  readonly groups: readonly string[] | undefined;
}

function taskOf(rows: readonly PredictionRow[]): 'classification' | 'regression' {
  const references = rows.map(({ reference }) => reference);
  if (!references.every((reference) => typeof reference === 'number')) return 'classification';
  const isFractional = references.some((reference) => !Number.isInteger(reference));
  return isFractional || new Set(references).size > 20 ? 'regression' : 'classification';
}

function evaluateLabels(sets: readonly PredictionSet[], context: Context) {
  const { options, bootstrap, groups } = context;
  const reference = sets[0]!.rows.map((row) => String(row.reference));
  const occurring = [...new Set(reference)].sort();
  if (occurring.length < 2) {
    throw new LearnError(
      'ASSAY_LEARN_ONE_CLASS',
      `All ${reference.length} references are ${JSON.stringify(occurring[0])}.`,
      {
        hint: 'Scores of a classifier need items of at least two classes.',
      },
    );
  }
  const labels =
    options.labels ??
    [
      ...new Set([
        ...occurring,
        ...sets.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row.probabilities ?? {}))),
      ]),
    ].sort();
  const answers = sets.map(({ rows }) => rows.map(({ predicted }) => (predicted === null ? null : String(predicted))));
  const judged = evaluateSystems(
    reference,
    sets.map(({ name }, i) => ({
      name,
      kind: i === 0 ? ('model' as const) : ('labeler' as const),
      predicted: answers[i]!,
    })),
    { labels, ...(groups ? { groups } : {}), ...bootstrap },
  );
  const systems = sets.map(({ name, rows }, s): ClassifierEvaluation => {
    const { kind: _, ...scores } = judged.systems[s]!;
    const said = answers[s]!;
    const report = classificationReport(
      reference,
      said.map((label) => label ?? ''),
    );
    const coded = codeLabels(reference, said, labels);
    const table = probabilityTable(name, rows, labels);
    const accuracyOf = (sample: readonly number[]) => scoreSample(coded, sample).accuracy;
    const sliced = (items: readonly number[]) => {
      const own = [...new Set(items.flatMap((i) => [reference[i]!, ...(said[i] === null ? [] : [said[i]!])]))];
      const within = codeLabels(reference, said, own);
      return {
        score: intervalOf(items, accuracyOf, context),
        macro_f1: intervalOf(items, (sample) => scoreSample(within, sample).macroF1, context),
      };
    };
    const positions = reference.map((label) => labels.indexOf(label));
    return {
      ...scores,
      micro_f1: microF1(report.support, report.accuracy, said),
      weighted_f1: scores.per_class.reduce((sum, { f1, support }) => sum + f1 * support, 0) / reference.length,
      roc: table && rocOf(reference, table, labels),
      calibration: table && calibration(positions, table, options.bins),
      slices: (options.slices ?? []).flatMap((field) => sliceScores(rows, field, sliced)),
      curve: options.curve === undefined ? [] : curveScores(rows, options.curve, sliced),
      errors: listErrors(
        rows.filter((_, i) => said[i] !== reference[i]),
        ({ predicted, probabilities }) => (predicted === null ? null : (probabilities?.[String(predicted)] ?? null)),
        options.errors,
      ),
    };
  });
  return { labels, systems, verdicts: judged.verdicts };
}

/** From pooled counts: with an answer for every item it equals the accuracy; without, recall counts what is missing. */
function microF1(items: number, accuracy: number, said: readonly (string | null)[]): number {
  const answered = said.filter((label) => label !== null).length;
  return items + answered === 0 ? 0 : (2 * accuracy * items) / (items + answered);
}

function probabilityTable(name: string, rows: readonly PredictionRow[], labels: readonly string[]): number[][] | null {
  if (rows.some(({ probabilities }) => probabilities === undefined)) return null;
  return rows.map(({ id, probabilities }) =>
    labels.map((label) => {
      const value = probabilities![label] ?? 0;
      if (value >= -1e-6 && value <= 1 + 1e-6) return Math.min(1, Math.max(0, value));
      throw new LearnError(
        'ASSAY_LEARN_VALUE_INVALID',
        `${name}: ${JSON.stringify(id)} has ${value} for the probability of ${JSON.stringify(label)}.`,
        {
          hint: 'Probabilities are from 0 to 1.',
        },
      );
    }),
  );
}

function rocOf(
  reference: readonly string[],
  table: readonly (readonly number[])[],
  labels: readonly string[],
): RocScores {
  const shown = labels.length === 2 ? [labels[1]!] : labels.filter((label) => reference.includes(label));
  const curves = shown.map((label) => {
    const k = labels.indexOf(label);
    const { area, points } = rocCurve(
      reference.map((own) => own === label),
      table.map((row) => row[k]!),
    );
    return { label, area, points };
  });
  return { macro_area: curves.reduce((sum, { area }) => sum + area, 0) / curves.length, curves };
}

function evaluateNumbers(sets: readonly PredictionSet[], context: Context) {
  const { options } = context;
  const numbers = sets.map(({ name, rows }) => rows.map((row) => numberOf(name, row.id, row.predicted)));
  const reference = sets[0]!.rows.map((row) => numberOf(sets[0]!.name, row.id, row.reference));
  const items = reference.map((_, i) => i);
  const absolute = numbers.map((predicted) => predicted.map((value, i) => Math.abs(value - reference[i]!)));
  const meanOf = (values: readonly number[]) => (sample: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < sample.length; i++) sum += values[sample[i]!]!;
    return sum / sample.length;
  };
  const systems = sets.map(({ name, rows }, s): RegressionEvaluation => {
    const squares = absolute[s]!.map((value) => value * value);
    const mae = meanOf(absolute[s]!);
    const sliced = (of: readonly number[]) => ({ score: intervalOf(of, mae, context), macro_f1: null });
    const errors = new Map(rows.map((row, i) => [row, absolute[s]![i]!]));
    return {
      name,
      coverage: 1,
      ...regressionErrors(reference, numbers[s]!),
      rmse_interval: intervalOf(items, (sample) => Math.sqrt(meanOf(squares)(sample)), context),
      mae_interval: intervalOf(items, mae, context),
      slices: (options.slices ?? []).flatMap((field) => sliceScores(rows, field, sliced)),
      curve: options.curve === undefined ? [] : curveScores(rows, options.curve, sliced),
      errors: listErrors(rows, (row) => errors.get(row)!, options.errors),
    };
  });
  const verdicts = sets.slice(1).map(({ name }, i): RegressionVerdict => {
    const [own, other] = [meanOf(absolute[0]!), meanOf(absolute[i + 1]!)];
    const { estimate, low, high, confidence, pValue } = pairedBootstrap(
      items,
      (sample) => own(sample) - other(sample),
      {
        ...context.bootstrap,
        ...(context.groups ? { group: (item: number) => context.groups![item]! } : {}),
      },
    );
    return {
      against: name,
      difference: { value: estimate, low, high, level: confidence },
      p_value: pValue,
      verdict: high < 0 ? 'better' : low > 0 ? 'worse' : 'no clear difference',
    };
  });
  return { systems, verdicts };
}

function numberOf(name: string, id: string, value: string | number | null): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new LearnError(
    'ASSAY_LEARN_VALUE_INVALID',
    `${name}: ${JSON.stringify(id)} has ${JSON.stringify(value)}, which is no finite number.`,
    {
      hint: 'Estimated numbers are evaluated only where all of them are there; leave the item out, or evaluate labels.',
    },
  );
}

function intervalOf(
  items: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { bootstrap, groups }: Context,
): IntervalScore {
  const isGrouped = groups !== undefined && new Set(items.map((i) => groups[i])).size >= fewestGroups;
  const { estimate, low, high, confidence } = isGrouped
    ? clusterBootstrap(items, (i) => groups[i]!, statistic, bootstrap)
    : bootstrapInterval(items, statistic, bootstrap);
  return { value: estimate, low, high, level: confidence };
}

type Sliced = (items: readonly number[]) => Pick<SliceScores, 'score' | 'macro_f1'>;

function sliceScores(rows: readonly PredictionRow[], field: string, sliced: Sliced): SliceScores[] {
  return sliceBy(rows, field).map(({ value, items }) => ({ field, value, items: items.length, ...sliced(items) }));
}

/** One point for each number of the field, in order. */
function curveScores(rows: readonly PredictionRow[], field: string, sliced: Sliced): SliceScores[] {
  const values = rows.map((row) => {
    const value = fieldOf(row, field);
    if (typeof value === 'number') return value;
    throw new LearnError(
      'ASSAY_LEARN_VALUE_INVALID',
      `${JSON.stringify(row.id)} has ${JSON.stringify(value)} for ${field}, which is no number.`,
      {
        hint: 'A learning curve is drawn over a field of numbers, such as the size of the training set.',
      },
    );
  });
  const groups = [...Map.groupBy(values.keys(), (i) => values[i]!)].sort(([a], [b]) => a - b);
  return groups.map(([value, items]) => ({ field, value: String(value), items: items.length, ...sliced(items) }));
}

function listErrors(
  rows: readonly PredictionRow[],
  size: (row: PredictionRow) => number | null,
  most = 20,
): ListedError[] {
  return rows
    .map((row) => ({ row, size: size(row) }))
    .sort((a, b) => (b.size ?? -1) - (a.size ?? -1))
    .slice(0, most)
    .map(({ row, size }) => ({
      id: row.id,
      text: row.text ?? null,
      reference: row.reference,
      predicted: row.predicted,
      size,
    }));
}
