import { LearnError } from '../errors.ts';
import { type Token, tokenize } from '../tokens/index.ts';

/** A text with its reference label. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
  /**
   * A soft label, in place of `label` as what is to be learned: how probable each label is. They sum to 1; labels that are
   * not named have 0. In multi-label training each has its own probability.
   */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** What the text is a part of (a filing, a call, a speaker), for splits and intervals that keep groups whole. */
  readonly group?: string;
}

/** An example as training takes it: tokens, and the position of its label. */
export interface PreparedExample {
  readonly tokens: readonly Token[];
  readonly label: number;
  /** What is to be learned, a probability for each label. */
  readonly target: Float32Array;
}

/** Between the labels of a text that has several, in multi-label training. A text without labels has an empty one. */
export const LABEL_SEPARATOR = '|';

/** The labels that one `label` names. */
function namesOf(label: string, several: boolean): string[] {
  if (!several || typeof label !== 'string') return [label];
  return label === '' ? [] : label.split(LABEL_SEPARATOR);
}

/** The labels to be learned: those named, or those that occur in training, sorted by code unit. */
export function labelsOf(
  train: readonly LabelledText[],
  named: readonly string[] | undefined,
  several = false,
): readonly string[] {
  const occurring = new Set<string>();
  for (const { label, probabilities } of train) {
    for (const name of probabilities ? Object.keys(probabilities) : namesOf(label, several)) occurring.add(name);
  }
  const labels = named ?? [...occurring].sort();
  if (new Set(labels).size !== labels.length) {
    throw new LearnError('ASSAY_LEARN_LABELS_INVALID', `A label is named twice: ${JSON.stringify(labels)}.`, {
      hint: 'Name each label once.',
    });
  }
  if (train.length === 0) {
    throw new LearnError('ASSAY_LEARN_NO_EXAMPLES', 'There are no training examples.', {
      hint: 'Check that the training file is the right one and is not empty.',
    });
  }
  if (occurring.size < 2) {
    throw new LearnError(
      'ASSAY_LEARN_ONE_CLASS',
      `All ${train.length} training examples have the label ${JSON.stringify([...occurring][0] ?? '')}.`,
      { hint: 'A classifier needs examples of at least two classes.' },
    );
  }
  const missing = labels.filter((label) => !occurring.has(label));
  if (missing.length > 0) {
    throw new LearnError(
      'ASSAY_LEARN_LABEL_WITHOUT_EXAMPLES',
      `No training example has the label ${missing.map((label) => JSON.stringify(label)).join(', ')}.`,
      { hint: 'Leave the label out, or give examples of it.' },
    );
  }
  return labels;
}

/**
 * Tokenises examples and looks their labels up.
 *
 * @param part how errors name the set, such as "training".
 * @throws LearnError `ASSAY_LEARN_EXAMPLE_INVALID`, `ASSAY_LEARN_TEXT_EMPTY`, `ASSAY_LEARN_LABEL_UNKNOWN` or
 * `ASSAY_LEARN_SOFT_LABEL_INVALID`, each with the example's number, counted from 1.
 */
export function prepareExamples(
  examples: readonly LabelledText[],
  labels: readonly string[],
  part: string,
  several = false,
): PreparedExample[] {
  const positions = new Map(labels.map((label, i) => [label, i]));
  return examples.map((example, i) => {
    const where = `${part} example ${i + 1}`;
    if (typeof example.text !== 'string' || typeof example.label !== 'string') {
      throw new LearnError('ASSAY_LEARN_EXAMPLE_INVALID', `The ${where} must have a text and a label, both strings.`, {
        hint: 'An example is {"text": "…", "label": "…"}.',
      });
    }
    const target = targetOf(example, positions, where, several);
    const tokens = tokenize(example.text);
    if (tokens.length === 0) {
      throw new LearnError(
        'ASSAY_LEARN_TEXT_EMPTY',
        `The ${where} has no words: ${JSON.stringify(example.text.slice(0, 60))}.`,
        {
          hint: 'Leave empty texts out of the training and development sets.',
        },
      );
    }
    return { tokens, label: target.indexOf(Math.max(...target)), target };
  });
}

function targetOf(
  { label, probabilities }: LabelledText,
  positions: ReadonlyMap<string, number>,
  where: string,
  several: boolean,
): Float32Array {
  const target = new Float32Array(positions.size);
  const position = (name: string): number => {
    const found = positions.get(name);
    if (found !== undefined) return found;
    throw new LearnError(
      'ASSAY_LEARN_LABEL_UNKNOWN',
      `The ${where} has the label ${JSON.stringify(name)}, which is not among ${JSON.stringify([...positions.keys()])}.`,
      { hint: 'Correct the label, or name it among the labels with training examples of it.' },
    );
  };
  if (probabilities === undefined) {
    for (const name of namesOf(label, several)) target[position(name)] = 1;
    return target;
  }
  let sum = 0;
  for (const [name, probability] of Object.entries(probabilities)) {
    if (!(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
      throw softLabel(where, `gives ${JSON.stringify(name)} the probability ${probability}`);
    }
    target[position(name)] = probability;
    sum += probability;
  }
  if (!several && Math.abs(sum - 1) > 1e-3) throw softLabel(where, `has probabilities that sum to ${sum}`);
  return several ? target : target.map((probability) => probability / sum);
}

function softLabel(where: string, what: string): LearnError {
  return new LearnError('ASSAY_LEARN_SOFT_LABEL_INVALID', `The ${where} ${what}.`, {
    hint: 'Probabilities are from 0 to 1, and sum to 1 where a text has one label.',
  });
}
