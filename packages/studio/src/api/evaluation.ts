import { Reader } from './reader.ts';

export interface IntervalScore {
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

/** What `evaluation.json` says of a model and those it was compared with, on one test. */
export interface Evaluation {
  readonly systems: readonly SystemScores[];
  readonly verdicts: readonly Verdict[];
  /** One per network of the ensemble; empty where the document does not tell. */
  readonly training: readonly { readonly history: readonly Epoch[]; readonly bestEpoch: number }[];
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
    training:
      root.get('training').maybe((networks) =>
        networks.list((network) => ({
          bestEpoch: network.get('bestEpoch').number(),
          history: network.get('history').list((epoch) => ({
            epoch: epoch.get('epoch').number(),
            trainLoss: epoch.get('trainLoss').number(),
            devLoss: epoch.get('devLoss').maybe(number),
            devMacroF1: epoch.get('devMacroF1').maybe(number),
          })),
        })),
      ) ?? [],
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
