import { LearnError } from '../errors.ts';
import { type Token, tokenize } from '../tokens/index.ts';

/** A text with its reference label. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
  /** What the text is a part of (a filing, a call, a speaker), for splits and intervals that keep groups whole. */
  readonly group?: string;
}

/** An example as training takes it: tokens, and the position of its label. */
export interface PreparedExample {
  readonly tokens: readonly Token[];
  readonly label: number;
}

/** The labels to be learned: those named, or those that occur in training, sorted by code unit. */
export function labelsOf(train: readonly LabelledText[], named: readonly string[] | undefined): readonly string[] {
  const occurring = new Set(train.map(({ label }) => label));
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
      `All ${train.length} training examples have the label ${JSON.stringify(train[0]!.label)}.`,
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
 * @throws LearnError `ASSAY_LEARN_EXAMPLE_INVALID`, `ASSAY_LEARN_TEXT_EMPTY` or `ASSAY_LEARN_LABEL_UNKNOWN`, each with
 * the example's number, counted from 1.
 */
export function prepareExamples(
  examples: readonly LabelledText[],
  labels: readonly string[],
  part: string,
): PreparedExample[] {
  const positions = new Map(labels.map((label, i) => [label, i]));
  return examples.map((example, i) => {
    const where = `${part} example ${i + 1}`;
    if (typeof example.text !== 'string' || typeof example.label !== 'string') {
      throw new LearnError('ASSAY_LEARN_EXAMPLE_INVALID', `The ${where} must have a text and a label, both strings.`, {
        hint: 'An example is {"text": "…", "label": "…"}.',
      });
    }
    const label = positions.get(example.label);
    if (label === undefined) {
      throw new LearnError(
        'ASSAY_LEARN_LABEL_UNKNOWN',
        `The ${where} has the label ${JSON.stringify(example.label)}, which is not among ${JSON.stringify(labels)}.`,
        { hint: 'Correct the label, or name it among the labels with training examples of it.' },
      );
    }
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
    return { tokens, label };
  });
}
