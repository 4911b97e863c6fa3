/**
 * What `@assay/learn` takes: an epoch of the reference task on both backends, the Stanford Sentiment Treebank's
 * sentences with the default configuration, and one prediction by ONNX Runtime.
 *
 *     node bench/learn.ts          (ASSAY_TEST_DATA names the folder with sst/; without it that row is left out)
 */
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import {
  exportOnnx,
  type LabelledText,
  OnnxTextClassifier,
  Random,
  type TrainingOptions,
  trainTextClassifier,
} from '@assay/learn';

const SENTENCES = 10_000;
const VOCABULARY = 10_000;

/** The network of the reference task: width 96, batches of 64, Adam, and nothing else. */
const REFERENCE: TrainingOptions = {
  embed: { width: 96 },
  encode: { width: 96, radius: 1, depth: 1, residual: false },
  attend: { width: 96 },
  dropout: { words: 0, embed: 0, pooled: 0 },
  weightDecay: 0,
  averaging: 0,
  labelSmoothing: 0,
  batchSize: 64,
  learningRate: 0.002,
  members: 1,
};

/** A number as a word of letters, so that the tokenizer leaves it whole. */
function wordOf(id: number): string {
  return `q${[...id.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('')}`;
}

/**
 * The reference task: 10,000 sentences of 8 to 48 words of a vocabulary of 10,000, low ids far more frequent. A fifth of
 * the words are good or bad; a sentence's label is the sign of their sum.
 */
function referenceTask(): LabelledText[] {
  const random = new Random(7);
  const polarity = Array.from({ length: VOCABULARY }, () => (random.next() < 0.2 ? (random.next() < 0.5 ? -1 : 1) : 0));
  return Array.from({ length: SENTENCES }, () => {
    const ids = Array.from({ length: 8 + random.integer(41) }, () => Math.floor(VOCABULARY * random.next() ** 2.5));
    const score = ids.reduce((sum, id) => sum + polarity[id]!, 0);
    return { text: ids.map(wordOf).join(' '), label: ['negative', 'neutral', 'positive'][Math.sign(score) + 1]! };
  });
}

/** Seconds of the quickest epoch over all of the task, from the given number of its sentences. */
async function epochSeconds(
  backend: 'wasm' | 'js',
  epochs: number,
  { sentences = SENTENCES, config = {} }: { sentences?: number; config?: TrainingOptions } = {},
): Promise<number> {
  const train = referenceTask().slice(0, sentences);
  let quickest = 0;
  await trainTextClassifier({
    train,
    config: { ...REFERENCE, ...config, epochs },
    backend,
    onProgress({ batch, batches, rate }) {
      if (batch === batches) quickest = Math.max(quickest, rate);
    },
  });
  return SENTENCES / quickest;
}

function readTsv(path: string): LabelledText[] {
  const names: Record<string, string> = { 0: 'negative', 1: 'positive' };
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [label = '', text = ''] = line.split('\t');
      return { label: names[label] ?? label, text };
    });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const rows: Record<string, string>[] = [];
const row = (what: string, measured: string, aim = ''): void => {
  rows.push({ what, measured, aim });
};

const wasm = await epochSeconds('wasm', 3);
row('reference task, one epoch, convolution, WASM-SIMD', `${wasm.toFixed(2)} s`, '≤ 1.5 s');
const gru = await epochSeconds('wasm', 3, { config: { encode: { kind: 'bigru', width: 96 } } });
row('  the same with a BiGRU', `${gru.toFixed(2)} s`, '≤ 2.5 s');
const regular = { dropout: { words: 0.1, embed: 0.3, pooled: 0.5 }, averaging: 0.98 };
row('  the same with dropout and averaging', `${(await epochSeconds('wasm', 2, { config: regular })).toFixed(2)} s`);
const js = await epochSeconds('js', 1, { sentences: 1000 });
row('  the same in plain JS, from a tenth of it', `${js.toFixed(1)} s (${(js / wasm).toFixed(1)} ×)`);

const data = process.env.ASSAY_TEST_DATA;
if (data !== undefined && existsSync(join(data, 'sst'))) {
  const train = readTsv(join(data, 'sst', 'train-sentences.tsv'));
  const dev = readTsv(join(data, 'sst', 'dev.tsv'));
  const started = performance.now();
  const classifier = await trainTextClassifier({ train, dev });
  const seconds = (performance.now() - started) / 1000;
  const texts = dev.map(({ text }) => text);
  const right = classifier.predict(texts).filter(({ label }, i) => label === dev[i]!.label).length;
  const { members } = classifier.config;
  row(
    `SST sentences, default configuration (${members} members)`,
    `${((100 * right) / dev.length).toFixed(1)} % of dev`,
  );
  row('  its training', `${seconds.toFixed(1)} s`);

  const onnx = await OnnxTextClassifier.open(exportOnnx(classifier), { engine: 'onnxruntime' });
  const times: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const from = performance.now();
    await onnx.predict([texts[i % texts.length]!]);
    times.push(performance.now() - from);
  }
  row('  ONNX Runtime, one sentence, text to label, p50', `${median(times.slice(500)).toFixed(3)} ms`);
  const own: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const from = performance.now();
    classifier.predict([texts[i % texts.length]!]);
    own.push(performance.now() - from);
  }
  row('  own kernels, the same', `${median(own.slice(500)).toFixed(3)} ms`);
  const from = performance.now();
  for (let i = 0; i < 10; i++) classifier.predict(texts);
  row(
    '  own kernels, all of dev at once',
    `${Math.round((10_000 * texts.length) / (performance.now() - from))} texts/s`,
  );
  await onnx.close();
} else {
  console.error('ASSAY_TEST_DATA does not name a folder with sst/: its rows are left out.');
}

console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.versions.node}`);
console.table(rows);
