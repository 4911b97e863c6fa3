import {
  evaluateSystems,
  integratedGradients,
  majorityBaseline,
  type SystemScores,
  type TextClassifier,
  type Verdict,
} from '@assay/learn';
import type { EvaluatedExample, Evaluation, PartCounts } from '../reports/index.ts';
import type { TrainingExample } from './labelled-files.ts';
import type { TrainingData } from './training-data.ts';

/** One line of `examples.jsonl`: which part a text was in, and what the model says of it. */
export interface ExampleLine {
  readonly id: string;
  readonly part: 'train' | 'dev' | 'test';
  readonly label: string;
  readonly predicted: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

const explained = 8;

/** Judges a model on the test part, next to the majority class and every labeler, on the same texts. */
export function evaluateModel(
  model: TextClassifier,
  name: string,
  data: TrainingData,
  seed: number,
): { readonly evaluation: Evaluation; readonly lines: readonly ExampleLine[] } {
  const lines = (['train', 'dev', 'test'] as const).flatMap((part) => predictPart(model, part, data[part]));
  const answers = lines.filter(({ part }) => part === 'test');
  const { label: majority } = majorityBaseline(
    data.train.map(({ label }) => label),
    data.test.map(({ label }) => label),
  );
  const { systems, verdicts, drawn } = evaluateSystems(
    data.test.map(({ label }) => label),
    [
      { name: 'majority class', kind: 'majority', predicted: data.test.map(() => majority) },
      ...data.labelers.map(({ name: labeler, predicted }) => ({ name: labeler, kind: 'labeler' as const, predicted })),
      { name, kind: 'model', predicted: answers.map(({ predicted }) => predicted) },
    ],
    { labels: model.labels, groups: data.test.map(({ group, id }) => group ?? id), seed },
  );
  const evaluation: Evaluation = {
    labels: model.labels,
    target: data.target,
    seed,
    parts: { train: countsOf(data.train), dev: countsOf(data.dev), test: countsOf(data.test) },
    warnings: data.warnings,
    systems,
    verdicts,
    drawn,
    summary: summarise(systems, verdicts),
    kept_epoch: model.outcomes[0]!.bestEpoch,
    history: model.history.map(({ epoch, trainLoss, devLoss, devMacroF1 }) => ({
      epoch,
      train_loss: trainLoss,
      dev_loss: devLoss ?? null,
      dev_macro_f1: devMacroF1 ?? null,
    })),
    examples: worthReading(data.test, answers).map((i) => explain(model, data.test[i]!, answers[i]!)),
  };
  return { evaluation, lines };
}

function predictPart(
  model: TextClassifier,
  part: ExampleLine['part'],
  examples: readonly TrainingExample[],
): ExampleLine[] {
  const predictions = model.predict(examples.map(({ text }) => text));
  return examples.map(({ id, label }, i) => {
    const { label: predicted, probabilities } = predictions[i]!;
    return { id, part, label, predicted, probabilities };
  });
}

/** The worst mistakes and the surest right answers, in turn. */
function worthReading(test: readonly TrainingExample[], answers: readonly ExampleLine[]): number[] {
  const sureness = (i: number) => answers[i]!.probabilities[answers[i]!.predicted] ?? 0;
  const order = test.map((_, i) => i).sort((a, b) => sureness(b) - sureness(a));
  const wrong = order.filter((i) => answers[i]!.predicted !== test[i]!.label).slice(0, explained / 2);
  const right = order.filter((i) => answers[i]!.predicted === test[i]!.label).slice(0, explained - wrong.length);
  return [...wrong, ...right];
}

function explain(model: TextClassifier, { id, text, label }: TrainingExample, answer: ExampleLine): EvaluatedExample {
  const { tokens } = integratedGradients(model, text, { target: answer.predicted });
  return {
    id,
    text,
    label,
    predicted: answer.predicted,
    probabilities: answer.probabilities,
    tokens: tokens.map(({ start, end, attribution }) => ({ start, end, attribution })),
  };
}

function summarise(systems: readonly SystemScores[], verdicts: readonly Verdict[]): string[] {
  const model = systems.find(({ kind }) => kind === 'model')!;
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
  const order = ['worse', 'no clear difference', 'better'] as const;
  const sorted = verdicts.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const sentences = sorted.map(({ against, difference, verdict }) => {
    const figures = `macro F1 ${signed(difference.value)}, 95 % interval ${signed(difference.low)} to ${signed(difference.high)}`;
    if (verdict === 'worse') return `The model loses to ${against} (${figures}).`;
    if (verdict === 'better') return `The model is better than ${against} (${figures}).`;
    return `There is no clear difference from ${against} (${figures}).`;
  });
  const weakest = [...model.per_class].sort((a, b) => a.f1 - b.f1)[0]!;
  return [...sentences, `It is weakest on ${weakest.label} (F1 ${weakest.f1.toFixed(3)} on ${weakest.support} texts).`];
}

function countsOf(examples: readonly TrainingExample[]): PartCounts {
  const byLabel = [...Map.groupBy(examples, ({ label }) => label)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    texts: examples.length,
    groups: new Set(examples.map(({ group, id }) => group ?? id)).size,
    labels: Object.fromEntries(byLabel.map(([label, of]) => [label, of.length])),
  };
}
