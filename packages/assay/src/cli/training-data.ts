import { splitByGroup } from '@assay/learn';
import { readLabelLines, readTextLines } from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { readExamples, type TrainingExample } from './labelled-files.ts';
import { readReferenceLabels } from './reference-labels.ts';

/** What a model is made from and judged on. */
export interface TrainingData {
  /** The name of the reference labels. */
  readonly target: string;
  readonly train: readonly TrainingExample[];
  readonly dev: readonly TrainingExample[];
  readonly test: readonly TrainingExample[];
  readonly warnings: readonly string[];
  /** What labelers said of the test texts, in the order of `test`. */
  readonly labelers: readonly { readonly name: string; readonly predicted: readonly (string | null)[] }[];
}

/**
 * Paragraphs joined with their reference labels, split by filing: a filing is in one part only.
 * @throws AssayError `ASSAY_TRAIN_NO_OVERLAP`, and as {@link readReferenceLabels}; LearnError as `splitByGroup`.
 */
export async function loadSplitData(options: {
  readonly paragraphs: string;
  readonly target: string;
  readonly labels: string | undefined;
  readonly seed: number;
}): Promise<TrainingData> {
  const texts = await readTextLines(options.paragraphs);
  const { name, labels } = await readReferenceLabels(options.target);
  const examples: TrainingExample[] = [];
  for (const { id, text, accession } of texts) {
    const label = labels.get(id);
    if (label !== undefined) examples.push({ id, text, label, group: accession ?? id });
  }
  if (examples.length === 0) {
    throw new AssayError(
      'ASSAY_TRAIN_NO_OVERLAP',
      `no paragraph of ${options.paragraphs} has a label in ${options.target}`,
      {
        hint: `An id there is ${[...labels.keys()][0]}; an id of a paragraph is ${texts[0]!.id}.`,
      },
    );
  }
  const { parts, warnings } = splitByGroup(examples, {
    fractions: { train: 0.6, dev: 0.15, test: 0.25 },
    seed: options.seed,
  });
  const { train = [], dev = [], test = [] } = parts;
  return {
    target: name,
    train,
    dev,
    test,
    warnings: [...warnings, ...seenBefore(test, [...train, ...dev])],
    labelers: options.labels ? await answers(options.labels, test) : [],
  };
}

/**
 * Files that somebody has split already; without a test file the development set is the only judge, and that is said.
 * @throws AssayError `ASSAY_LEARN_LABEL_UNKNOWN` before time is spent on training, and as {@link readExamples}.
 */
export async function loadGivenData(options: {
  readonly train: string;
  readonly dev: string;
  readonly test: string | undefined;
}): Promise<TrainingData> {
  const [train, dev] = [await readExamples(options.train), await readExamples(options.dev)];
  const test = options.test ? await readExamples(options.test) : dev;
  const learned = new Set(train.map(({ label }) => label));
  const unknown = test.find(({ label }) => !learned.has(label));
  if (unknown) {
    throw new AssayError(
      'ASSAY_LEARN_LABEL_UNKNOWN',
      `${options.test ?? options.dev}: text ${unknown.id} has the label ${JSON.stringify(unknown.label)}, which no training text has`,
      { hint: `The labels of ${options.train} are ${[...learned].sort().join(', ')}.` },
    );
  }
  const warnings = options.test
    ? seenBefore(test, [...train, ...dev])
    : [
        'No test file: the scores are of the development set, which early stopping has seen.',
        ...seenBefore(dev, train),
      ];
  return { target: 'label', train, dev, test, warnings, labelers: [] };
}

/** A test text that was learned from flatters the model, in whatever file or filing it stands. */
function seenBefore(test: readonly TrainingExample[], others: readonly TrainingExample[]): string[] {
  const known = new Set(others.map(({ text }) => text));
  const count = test.filter(({ text }) => known.has(text)).length;
  if (count === 0) return [];
  return [
    `${count} of the ${test.length} texts it is judged on also occur, word for word, in training or early stopping.`,
  ];
}

async function answers(path: string, test: readonly TrainingExample[]): Promise<TrainingData['labelers']> {
  const lines = new Map((await readLabelLines(path)).map((line) => [line.id, line.labels]));
  const names = [...new Set([...lines.values()].flatMap((labels) => Object.keys(labels)))].sort();
  return names.map((name) => ({ name, predicted: test.map(({ id }) => lines.get(id)?.[name] ?? null) }));
}
