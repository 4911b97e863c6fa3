import { Reader } from './reader.ts';

interface IntervalScore {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

export interface SystemScores {
  readonly name: string;
  readonly kind: string;
  readonly coverage: number;
  readonly accuracy: IntervalScore;
  readonly macroF1: IntervalScore;
  readonly perClass: readonly {
    readonly label: string;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly support: number;
  }[];
  readonly confusion: {
    readonly labels: readonly string[];
    readonly columns: readonly string[];
    readonly counts: readonly (readonly number[])[];
  };
}

export interface Verdict {
  readonly against: string;
  /** The model's macro F1 less the other's. */
  readonly difference: IntervalScore;
  readonly pValue: number;
  readonly mcnemarPValue: number;
  readonly verdict: string;
}

export interface Epoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly devLoss: number | undefined;
  readonly devMacroF1: number | undefined;
}

interface PartCounts {
  readonly texts: number;
  /** Filings. */
  readonly groups: number;
  readonly labels: readonly (readonly [string, number])[];
}

/** What `evaluation.json` says of a model and those it was compared with, on one test. */
export interface Evaluation {
  readonly systems: readonly SystemScores[];
  readonly verdicts: readonly Verdict[];
  readonly labels: readonly string[];
  readonly parts: { readonly train: PartCounts; readonly dev: PartCounts; readonly test: PartCounts };
  readonly warnings: readonly string[];
  /** The verdicts in sentences. */
  readonly summary: readonly string[];
  readonly history: readonly Epoch[];
  /** Test texts worth reading: the surest mistakes and the surest right answers. */
  readonly examples: readonly {
    readonly id: string;
    readonly text: string;
    readonly label: string;
    readonly predicted: string;
  }[];
}

const number = (reader: Reader) => reader.number();
const text = (reader: Reader) => reader.text();
const interval = (reader: Reader): IntervalScore => ({
  value: reader.get('value').number(),
  low: reader.get('low').number(),
  high: reader.get('high').number(),
  level: reader.get('level').number(),
});

/** @throws Error that names the place where the document is not as it should be. */
export function parseEvaluation(document: unknown): Evaluation {
  const root = new Reader(document, 'evaluation.json');
  return {
    systems: root.get('systems').list(system),
    verdicts: root.get('verdicts').list((one) => ({
      against: one.get('against').text(),
      difference: interval(one.get('difference')),
      pValue: one.get('p_value').number(),
      mcnemarPValue: one.get('mcnemar_p_value').number(),
      verdict: one.get('verdict').text(),
    })),
    labels: root.get('labels').list(text),
    parts: {
      train: partCounts(root.get('parts').get('train')),
      dev: partCounts(root.get('parts').get('dev')),
      test: partCounts(root.get('parts').get('test')),
    },
    warnings: root.get('warnings').list(text),
    summary: root.get('summary').list(text),
    history: root.get('history').list((epoch) => ({
      epoch: epoch.get('epoch').number(),
      trainLoss: epoch.get('train_loss').number(),
      devLoss: epoch.get('dev_loss').maybe(number),
      devMacroF1: epoch.get('dev_macro_f1').maybe(number),
    })),
    examples: root.get('examples').list((one) => ({
      id: one.get('id').text(),
      text: one.get('text').text(),
      label: one.get('label').text(),
      predicted: one.get('predicted').text(),
    })),
  };
}

function partCounts(one: Reader): PartCounts {
  return {
    texts: one.get('texts').number(),
    groups: one.get('groups').number(),
    labels: one.get('labels').entries(number),
  };
}

function system(one: Reader): SystemScores {
  const confusion = one.get('confusion');
  return {
    name: one.get('name').text(),
    kind: one.get('kind').text(),
    coverage: one.get('coverage').number(),
    accuracy: interval(one.get('accuracy')),
    macroF1: interval(one.get('macro_f1')),
    perClass: one.get('per_class').list((row) => ({
      label: row.get('label').text(),
      precision: row.get('precision').number(),
      recall: row.get('recall').number(),
      f1: row.get('f1').number(),
      support: row.get('support').number(),
    })),
    confusion: {
      labels: confusion.get('labels').list(text),
      columns: confusion.get('columns').list(text),
      counts: confusion.get('counts').list((row) => row.list(number)),
    },
  };
}
