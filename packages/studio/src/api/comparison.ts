import { Reader } from './reader.ts';

/** A figure with its interval; undefined where it is not defined. */
export interface Estimate {
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface LabelerScores {
  readonly items: number;
  readonly accuracy: Estimate;
  readonly macroF1: Estimate;
  readonly perClass: readonly (readonly [string, { readonly support: number; readonly f1: Estimate }])[];
  /** Rows are the reference's categories. */
  readonly confusion: readonly (readonly number[])[];
}

/** What `comparison.json` says of a run's labelers. */
export interface Comparison {
  readonly labelers: readonly string[];
  readonly categories: readonly string[];
  readonly items: number;
  readonly coverage: ReadonlyMap<string, { readonly labelled: number; readonly share: number }>;
  readonly distribution: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly pairs: readonly {
    readonly labelers: readonly string[];
    readonly items: number;
    readonly agreement: number | undefined;
    readonly kappa: Estimate;
  }[];
  readonly fleiss: Estimate & { readonly items: number };
  readonly krippendorff: Estimate & { readonly ordinal: number | undefined };
  readonly reference:
    | {
        readonly name: string;
        readonly items: number;
        readonly majority: { readonly label: string; readonly accuracy: number; readonly macroF1: number };
      }
    | undefined;
  readonly againstReference: ReadonlyMap<string, LabelerScores>;
  readonly disputedItems: number;
  readonly disagreements: readonly {
    readonly id: string;
    readonly labels: ReadonlyMap<string, string | undefined>;
    readonly reference: string | undefined;
  }[];
  readonly confidence: number;
}

const number = (reader: Reader) => reader.number();
const text = (reader: Reader) => reader.text();
const maybeNumber = (reader: Reader) => reader.maybe(number);
const bounds = (reader: Reader) => ({ low: maybeNumber(reader.get('low')), high: maybeNumber(reader.get('high')) });
const estimate = (reader: Reader): Estimate => ({ value: maybeNumber(reader.get('value')), ...bounds(reader) });

/** @throws Error that names the place where the document is not as it should be. */
export function parseComparison(document: unknown): Comparison {
  const root = new Reader(document, 'comparison.json');
  return {
    labelers: root.get('labelers').list(text),
    categories: root.get('categories').list(text),
    items: root.get('items').number(),
    coverage: new Map(
      root
        .get('coverage')
        .entries((one) => ({ labelled: one.get('labelled').number(), share: one.get('share').number() })),
    ),
    distribution: new Map(root.get('distribution').entries((one) => new Map(one.entries(number)))),
    pairs: root.get('pairs').list((pair) => ({
      labelers: pair.get('labelers').list(text),
      items: pair.get('items').number(),
      agreement: maybeNumber(pair.get('agreement')),
      kappa: { value: maybeNumber(pair.get('cohen_kappa')), ...bounds(pair.get('cohen_kappa_interval')) },
    })),
    fleiss: {
      value: maybeNumber(root.get('fleiss_kappa')),
      ...bounds(root.get('fleiss_kappa_interval')),
      items: root.get('fleiss_kappa_items').number(),
    },
    krippendorff: {
      value: maybeNumber(root.get('krippendorff_alpha')),
      ...bounds(root.get('krippendorff_alpha_interval')),
      ordinal: maybeNumber(root.get('krippendorff_alpha_by_level').get('ordinal')),
    },
    reference: root.get('reference').maybe((one) => {
      const majority = one.get('majority');
      return {
        name: one.get('name').text(),
        items: one.get('items').number(),
        majority: {
          label: majority.get('label').text(),
          accuracy: majority.get('accuracy').number(),
          macroF1: majority.get('macro_f1').number(),
        },
      };
    }),
    againstReference: new Map(root.get('against_reference').entries(labelerScores)),
    disputedItems: root.get('disputed_items').number(),
    disagreements: root.get('disagreements').list((one) => ({
      id: one.get('id').text(),
      labels: new Map(one.get('labels').entries((label) => label.maybe(text))),
      reference: one.get('reference').maybe(text),
    })),
    confidence: root.get('bootstrap').get('confidence').number(),
  };
}

function labelerScores(one: Reader): LabelerScores {
  return {
    items: one.get('items').number(),
    accuracy: estimate(one.get('accuracy')),
    macroF1: estimate(one.get('macro_f1')),
    perClass: one
      .get('per_class')
      .entries((scores) => ({ support: scores.get('support').number(), f1: estimate(scores.get('f1')) })),
    confusion: one.get('confusion').list((row) => row.list(number)),
  };
}
