import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributedToken,
  asTextModel,
  exportOnnx,
  integratedGradients,
  kernelShap,
  lime,
  OnnxTextClassifier,
  partitionShap,
  type TextClassifier,
  type TextModel,
} from '@assay/learn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bagOfWords, bagOfWordsModel, sentences, smallClassifier } from './explain-models.ts';
import { askPython } from './python.ts';

interface LimeAnswer {
  readonly words: readonly (readonly [string, number])[];
  readonly r2: number;
  readonly intercept: number;
}

interface Answer {
  readonly whole: readonly number[];
  readonly lime: readonly LimeAnswer[];
  readonly lime_few: LimeAnswer;
  readonly kernel: readonly (readonly number[])[];
  readonly kernel_ten: readonly number[];
  readonly partition: readonly number[];
  readonly partition_short: readonly number[];
}

const SEEDS = [1, 2, 3, 4, 5];
const TARGET = 1;
const target = 'positive';

const folder = mkdtempSync(join(tmpdir(), 'assay-oracles-'));
const path = join(folder, 'model.onnx');
let classifier: TextClassifier;
let onnx: OnnxTextClassifier;
beforeAll(async () => {
  classifier = await smallClassifier();
  writeFileSync(path, exportOnnx(classifier));
  onnx = await OnnxTextClassifier.open(path, { engine: 'onnxruntime' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const values = (tokens: readonly AttributedToken[]) => tokens.map(({ attribution }) => attribution);
const furthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Mean and standard deviation of each word's numbers over seeds; a word that was not chosen has 0. */
function spread(rows: readonly ReadonlyMap<string, number>[]): Map<string, { mean: number; sd: number }> {
  const words = new Set(rows.flatMap((row) => [...row.keys()]));
  return new Map(
    [...words].map((word) => {
      const found = rows.map((row) => row.get(word) ?? 0);
      const middle = mean(found);
      return [word, { mean: middle, sd: Math.sqrt(mean(found.map((value) => (value - middle) ** 2))) }];
    }),
  );
}

const short = 'demand was not strong and margins were very weak';
const texts = [short, ...sentences(3, 77).map(({ text }) => text), sentences(1, 78, 45)[0]!.text];

describe.each<[string, () => { own: TextModel; theirs: unknown }]>([
  ['a logistic bag of words', () => ({ own: bagOfWordsModel, theirs: bagOfWords })],
  ['the same ONNX file', () => ({ own: asTextModel(onnx), theirs: { onnx: path } })],
])('%s, next to lime and shap', (_, models) => {
  let own: TextModel;
  let answers: Answer[];
  beforeAll(async () => {
    const { own: model, theirs } = models();
    own = model;
    answers = await askPython('explain', 'explain.py', { model: theirs, texts, seeds: SEEDS, target: TARGET });
  });

  it('both sides ask the same model', async () => {
    const rows = await own.probabilities(texts);
    answers.forEach(({ whole }, i) => {
      expect(furthest([...Array.from(rows[i]!)], whole)).toBeLessThan(1e-6);
    });
  });

  it('LIME gives the same top words, and attributions within what seeds differ by', async () => {
    for (const [i, text] of texts.entries()) {
      const theirs = spread(answers[i]!.lime.map(({ words }) => new Map(words)));
      const runs = await Promise.all(SEEDS.map((seed) => lime(own, text, { target, seed })));
      const ours = spread(runs.map(({ words }) => new Map(words.map(({ word, attribution }) => [word, attribution]))));
      const order = [...theirs].sort(([, a], [, b]) => Math.abs(b.mean) - Math.abs(a.mean));
      const ranks = [...ours].sort(([, a], [, b]) => Math.abs(b.mean) - Math.abs(a.mean)).map(([word]) => word);
      // Words that stand apart from the next by more than seeds differ stand in the same order.
      for (const [rank, [word, { mean: here, sd }]] of order.slice(0, 5).entries()) {
        const next = order[rank + 1];
        if (next && Math.abs(here) - Math.abs(next[1].mean) < 6 * Math.max(sd, next[1].sd, 1e-4)) break;
        expect(ranks[rank]).toBe(word);
      }
      for (const [word, { mean: here, sd }] of order.slice(0, 5)) {
        const found = ours.get(word)!;
        const error = Math.max(sd, found.sd, 5e-4);
        expect(Math.abs(found.mean - here)).toBeLessThan(4 * error);
      }
      expect(mean(runs.map(({ r2 }) => r2))).toBeCloseTo(mean(answers[i]!.lime.map(({ r2 }) => r2)), 1);
      expect(mean(runs.map(({ intercept }) => intercept))).toBeCloseTo(
        mean(answers[i]!.lime.map(({ intercept }) => intercept)),
        1,
      );
    }
  });

  it('LIME with four words chooses the same by forward selection', async () => {
    const chosen = (await lime(own, short, { target, features: 4, seed: 9 })).words.map(({ word }) => word);
    expect(chosen.toSorted()).toEqual(answers[0]!.lime_few.words.map(([word]) => word).toSorted());
  });

  it('Kernel SHAP agrees: to 1e-6 where all coalitions are enumerated, within what seeds differ by elsewhere', async () => {
    expect(furthest(values((await kernelShap(own, short, { target })).tokens), answers[0]!.kernel[0]!)).toBeLessThan(
      1e-6,
    );
    for (const [i, text] of texts.entries()) {
      if (i === 0) continue;
      const runs = await Promise.all(
        SEEDS.map(async (seed) => values((await kernelShap(own, text, { target, seed })).tokens)),
      );
      const theirs = answers[i]!.kernel;
      const columns = (rows: readonly (readonly number[])[]) =>
        rows[0]!.map((_, word) => rows.map((row) => row[word]!));
      const [a, b] = [columns(runs), columns(theirs)];
      const variance = (of: readonly number[]) =>
        of.reduce((sum, value) => sum + (value - mean(of)) ** 2, 0) / (of.length - 1);
      const pooled = mean([...a, ...b].map(variance));
      a.forEach((ours, word) => {
        const error = Math.sqrt((2 / SEEDS.length) * Math.max(pooled, variance(ours), variance(b[word]!), 1e-9));
        expect(Math.abs(mean(ours) - mean(b[word]!))).toBeLessThan(4 * error);
      });
    }
  });

  it('Kernel SHAP with ten words chooses by the same least-angle regression', async () => {
    const [tenOfThem, text] = [answers[1]!.kernel_ten, texts[1]!];
    const ours = values((await kernelShap(own, text, { target, features: 10 })).tokens);
    const strongest = (row: readonly number[]) =>
      [...row.keys()].sort((a, b) => Math.abs(row[b]!) - Math.abs(row[a]!)).slice(0, 3);
    expect(ours.filter((value) => value !== 0).length).toBeLessThanOrEqual(10);
    expect(strongest(ours)).toEqual(strongest(tenOfThem));
    // The short text is enumerated whole: no chance in it.
    const exact = values((await kernelShap(own, short, { target, features: 10 })).tokens);
    expect(furthest(exact, answers[0]!.kernel_ten)).toBeLessThan(1e-6);
  });

  it('Partition SHAP agrees to 1e-6, also where the budget ends before the tree does', async () => {
    for (const [i, text] of texts.entries()) {
      const { partition, partition_short } = answers[i]!;
      expect(furthest(values((await partitionShap(own, text, { target })).tokens), partition)).toBeLessThan(1e-6);
      const cut = values((await partitionShap(own, text, { target, evaluations: 60 })).tokens);
      expect(furthest(cut, partition_short)).toBeLessThan(1e-6);
    }
  });
});

const withTorch = process.env.ASSAY_ORACLES_TORCH !== 'no';
if (!withTorch) console.error('ASSAY_ORACLES_TORCH is no: the comparison with Captum is left out.');

describe.runIf(withTorch)('integrated gradients, next to Captum on a PyTorch copy of the weights', () => {
  it('agree to 1e-5, with the same convergence delta', async () => {
    interface Gradients {
      readonly attributions: readonly number[];
      readonly delta: number;
      readonly probabilities: readonly number[];
    }
    for (const steps of [50, 7]) {
      const answers = await askPython<Gradients[]>('captum', 'captum_gradients.py', {
        onnx: path,
        texts,
        target: TARGET,
        steps,
      });
      for (const [i, text] of texts.entries()) {
        const { tokens, delta, targetProbability } = integratedGradients(classifier, text, { target, steps });
        expect(targetProbability).toBeCloseTo(answers[i]!.probabilities[TARGET]!, 5);
        expect(furthest(values(tokens), answers[i]!.attributions)).toBeLessThan(1e-5);
        expect(delta).toBeCloseTo(answers[i]!.delta, 4);
      }
    }
  });
});
