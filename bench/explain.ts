/**
 * What explanations take, next to PyPI's lime, shap and Captum on the same ONNX file and the same texts.
 *
 *     tests/oracles/install.sh && node bench/explain.ts [TEXTS]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asTextModel,
  exportOnnx,
  integratedGradients,
  kernelShap,
  lime,
  OnnxTextClassifier,
  partitionShap,
  type TextModel,
} from '@assay/learn';
import { sentences, smallClassifier } from '../tests/oracles/explain-models.ts';
import { askPython } from '../tests/oracles/python.ts';

const count = Number(process.argv[2] ?? 8);
const texts = sentences(count, 99, 20).map(({ text }) => text);
const target = 'positive';
const methods = {
  lime: (model: TextModel, text: string) => lime(model, text, { target }),
  kernel: (model: TextModel, text: string) => kernelShap(model, text, { target }),
  partition: (model: TextModel, text: string) => partitionShap(model, text, { target }),
};
type Method = keyof typeof methods;

/** The median over the texts of the milliseconds that one takes, after one text to warm up. */
async function milliseconds(work: (text: string) => unknown): Promise<number> {
  await work(texts[0]!);
  const taken: number[] = [];
  for (const text of texts) {
    const start = performance.now();
    await work(text);
    taken.push(performance.now() - start);
  }
  return median(taken);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-explain-'));
try {
  const classifier = await smallClassifier();
  const path = join(folder, 'model.onnx');
  writeFileSync(path, exportOnnx(classifier));
  const onnx = await OnnxTextClassifier.open(path, { engine: 'onnxruntime' });
  const answers = await askPython<{ seconds: Record<Method, number> }[]>('explain', 'explain.py', {
    model: { onnx: path },
    texts: [texts[0]!, ...texts],
    seeds: [1],
    target: 1,
    variants: false,
  });
  const rows: string[] = [];
  const row = (name: string, theirs: number, same: number | undefined, own: number) => {
    const part = (ms: number | undefined) =>
      ms === undefined ? ' | ' : `${ms.toFixed(1)} ms | ${(theirs / ms).toFixed(1)} ×`;
    rows.push(`| ${name} | ${theirs.toFixed(1)} ms | ${part(same)} | ${part(own)} |`);
  };
  for (const [method, explain] of Object.entries(methods)) {
    const theirs = median(answers.slice(1).map(({ seconds }) => 1000 * seconds[method as Method]));
    const same = await milliseconds((text) => explain(asTextModel(onnx), text));
    const own = await milliseconds((text) => explain(asTextModel(classifier), text));
    row(
      { lime: 'LIME, 5,000 samples', kernel: 'Kernel SHAP', partition: 'Partition SHAP, 500' }[method]!,
      theirs,
      same,
      own,
    );
  }
  const gradients = await askPython<{ seconds: number }[]>('captum', 'captum_gradients.py', {
    onnx: path,
    texts: [texts[0]!, ...texts],
    target: 1,
    steps: 50,
  });
  row(
    'integrated gradients, 50 steps (Captum)',
    median(gradients.slice(1).map(({ seconds }) => 1000 * seconds)),
    undefined,
    await milliseconds((text) => integratedGradients(classifier, text, { target })),
  );
  console.log(
    `| one text of 20 words, median of ${count} | PyPI | same ONNX file | ratio | our forward pass | ratio |`,
  );
  console.log(`|---|---|---|---|---|---|\n${rows.join('\n')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
