import { extname } from 'node:path';
import { type LabelledText, splitByGroup } from '@assay/learn';
import { readJsonLines, readLabelLines, readTextLines } from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { readTsv } from './tsv.ts';

export interface TrainingExample extends LabelledText {
  readonly id: string;
}

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

/** Paragraphs joined with their reference labels, split by filing: a filing is in one part only. */
export async function loadSplitData(options: {
  readonly paragraphs: string;
  readonly target: string;
  readonly labels: string | undefined;
  readonly seed: number;
}): Promise<TrainingData> {
  const texts = await readTextLines(options.paragraphs);
  const reference = await readLabelLines(options.target);
  const name = Object.keys(reference[0]!.labels)[0];
  if (name === undefined) {
    throw new AssayError('ASSAY_TRAIN_NO_TARGET', `${options.target}: the first line has no label`, {
      hint: 'Reference lines are {"id": "…", "labels": {"ours": "neutral"}}.',
    });
  }
  const labelOf = new Map(reference.map(({ id, labels }) => [id, labels[name] ?? null]));
  const examples: TrainingExample[] = [];
  for (const { id, text, accession } of texts) {
    const label = labelOf.get(id);
    if (label) examples.push({ id, text, label, group: accession ?? id });
  }
  if (examples.length === 0) {
    throw new AssayError(
      'ASSAY_TRAIN_NO_OVERLAP',
      `no paragraph of ${options.paragraphs} has a label in ${options.target}`,
      {
        hint: `An id there is ${reference[0]!.id}; an id of a paragraph is ${texts[0]!.id}.`,
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
    warnings,
    labelers: options.labels ? await answers(options.labels, test) : [],
  };
}

/** Files that somebody has split already; without a test file the development set is the only judge, and that is said. */
export async function loadGivenData(options: {
  readonly train: string;
  readonly dev: string;
  readonly test: string | undefined;
}): Promise<TrainingData> {
  const [train, dev] = [await readExamples(options.train), await readExamples(options.dev)];
  const warnings = options.test
    ? []
    : ['No test file: the scores are of the development set, which early stopping has seen.'];
  return {
    target: 'label',
    train,
    dev,
    test: options.test ? await readExamples(options.test) : dev,
    warnings,
    labelers: [],
  };
}

async function readExamples(path: string): Promise<TrainingExample[]> {
  if (extname(path) === '.tsv') return readTsv(path);
  let line = 0;
  return readJsonLines(path, '{"text": "…", "label": "…"}', (value): TrainingExample | undefined => {
    line++;
    if (typeof value !== 'object' || value === null) return undefined;
    const { id, text, label, group }: Partial<Record<string, unknown>> = { ...value };
    if (typeof text !== 'string' || typeof label !== 'string') return undefined;
    return {
      id: typeof id === 'string' ? id : `${line}`,
      text,
      label,
      ...(typeof group === 'string' ? { group } : {}),
    };
  });
}

async function answers(path: string, test: readonly TrainingExample[]): Promise<TrainingData['labelers']> {
  const lines = new Map((await readLabelLines(path)).map((line) => [line.id, line.labels]));
  const names = [...new Set([...lines.values()].flatMap((labels) => Object.keys(labels)))].sort();
  return names.map((name) => ({ name, predicted: test.map(({ id }) => lines.get(id)?.[name] ?? null) }));
}
