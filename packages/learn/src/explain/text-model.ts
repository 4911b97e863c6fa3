import { LearnError } from '../errors.ts';
import type { Prediction } from '../models/index.ts';

/** Anything that gives probabilities for texts: all that the explanations of this folder need to know of a model. */
export interface TextModel {
  /** In the order of the probabilities. */
  readonly labels: readonly string[];
  /** One row for each text, one probability for each label. Called with many texts at once. */
  probabilities(texts: readonly string[]): Promise<readonly ArrayLike<number>[]> | readonly ArrayLike<number>[];
}

/** A `TextClassifier`, an `OnnxTextClassifier`, or anything that predicts as they do. */
interface Predicts {
  readonly labels: readonly string[];
  predict(texts: readonly string[]): readonly Prediction[] | Promise<readonly Prediction[]>;
}

export function asTextModel(classifier: Predicts): TextModel {
  const { labels } = classifier;
  return {
    labels,
    async probabilities(texts) {
      const predictions = await classifier.predict(texts);
      return predictions.map(({ probabilities }) => labels.map((label) => probabilities[label] ?? Number.NaN));
    },
  };
}

/** Texts of one call of the model, at most. */
const CALL_TEXTS = 1024;
/** Rounding of single precision may carry a probability so far beyond 0 and 1. */
const TOLERANCE = 1e-4;

/** Asks a model, each text once, in large calls, and believes no answer unseen. */
export class Questions {
  readonly model: TextModel;
  readonly #answers = new Map<string, Float64Array>();

  constructor(model: TextModel) {
    if (model.labels.length === 0 || new Set(model.labels).size !== model.labels.length) {
      throw new LearnError('ASSAY_LEARN_LABELS_INVALID', 'A model to explain must have labels, each named once.', {
        hint: `Its labels are ${JSON.stringify(model.labels)}.`,
      });
    }
    this.model = model;
  }

  /** How many different texts the model was asked about. */
  get count(): number {
    return this.#answers.size;
  }

  /** The rows of probabilities, in the order of the texts. Throws `ASSAY_LEARN_MODEL_OUTPUT` for an answer that is none. */
  async ask(texts: readonly string[]): Promise<Float64Array[]> {
    // By length, since models pad the texts of a batch to the longest.
    const open = [...new Set(texts)].filter((text) => !this.#answers.has(text)).sort((a, b) => a.length - b.length);
    for (let from = 0; from < open.length; from += CALL_TEXTS) {
      const asked = open.slice(from, from + CALL_TEXTS);
      const rows = await this.model.probabilities(asked);
      if (!Array.isArray(rows) || rows.length !== asked.length) {
        throw wrongOutput(
          `gave ${Array.isArray(rows) ? `${rows.length} rows` : typeof rows} for ${asked.length} texts`,
        );
      }
      asked.forEach((text, i) => {
        this.#answers.set(text, checked(rows[i], this.model.labels, text));
      });
    }
    return texts.map((text) => this.#answers.get(text)!);
  }
}

function checked(row: ArrayLike<number> | undefined, labels: readonly string[], text: string): Float64Array {
  const about = `for the text ${JSON.stringify(text.slice(0, 60))}`;
  if (row === undefined || row.length !== labels.length) {
    throw wrongOutput(`gave ${row?.length ?? 'no'} probabilities, not ${labels.length}, ${about}`);
  }
  const values = Float64Array.from(row);
  const wrong = values.findIndex((value) => !(value >= -TOLERANCE && value <= 1 + TOLERANCE));
  if (wrong >= 0)
    throw wrongOutput(`gave ${row[wrong]} as the probability of ${JSON.stringify(labels[wrong])} ${about}`);
  return values;
}

function wrongOutput(what: string): LearnError {
  return new LearnError('ASSAY_LEARN_MODEL_OUTPUT', `The model ${what}.`, {
    hint: 'A model answers each text with one probability, from 0 to 1, for each of its labels.',
  });
}

/** What is explained: the label asked for, or the most probable one. Throws `ASSAY_LEARN_LABEL_UNKNOWN`. */
export function chooseTarget(
  labels: readonly string[],
  probabilities: ArrayLike<number>,
  target: string | undefined,
): { readonly best: number; readonly chosen: number } {
  let best = 0;
  for (let k = 1; k < labels.length; k++) if (probabilities[k]! > probabilities[best]!) best = k;
  const chosen = target === undefined ? best : labels.indexOf(target);
  if (chosen < 0) {
    throw new LearnError('ASSAY_LEARN_LABEL_UNKNOWN', `The model has no label ${JSON.stringify(target)}.`, {
      hint: `Its labels are ${JSON.stringify(labels)}.`,
    });
  }
  return { best, chosen };
}
