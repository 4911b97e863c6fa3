import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBackend } from '../backend/index.ts';
import { fromFiles, TextClassifier } from '../models/index.ts';
import { Network } from '../network/index.ts';
import { Random } from '../random/index.ts';
import { tokenize, Vocabulary } from '../tokens/index.ts';
import { resolveConfig, type TrainingOptions } from '../training/index.ts';
import { exportOnnx, importOnnx, OnnxTextClassifier } from './index.ts';

const WORDS = 'revenue grew fell margins improved weak strong guidance raised cut'.split(' ');
const VOCABULARY = Vocabulary.build([tokenize(WORDS.join(' '))]);

const width = fc.integer({ min: 1, max: 9 });
const even = fc.integer({ min: 1, max: 6 }).map((half) => 2 * half);
const depth = fc.integer({ min: 1, max: 2 });
const headed = fc
  .record({ heads: fc.integer({ min: 1, max: 3 }), head: fc.integer({ min: 2, max: 5 }) })
  .map(({ heads, head }) => ({ heads, width: heads * head }));
const encoding = fc.oneof(
  fc.record({
    kind: fc.constant('window'),
    width,
    radius: fc.integer({ min: 0, max: 3 }),
    depth,
    residual: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('window'), width: even, radius: fc.constantFrom([0, 1], [2, 1]), depth }),
  fc.record({ kind: fc.constant('bigru'), width: even, depth }),
  fc.record({ kind: fc.constant('bilstm'), width: even, depth }),
  fc.tuple(headed, width, depth).map(([heads, hidden, d]) => ({ kind: 'transformer', ...heads, hidden, depth: d })),
);
const attending = fc.oneof(
  fc.record({ kind: fc.constant('additive'), width }),
  fc.record({ kind: fc.constant('self'), width, heads: fc.integer({ min: 1, max: 3 }) }),
  headed.map((heads) => ({ kind: 'multi-head', ...heads })),
  fc.constantFrom({ kind: 'max' }, { kind: 'mean' }),
);
const options = fc.record({
  embed: fc.record({ width }),
  encode: fc.oneof(encoding, fc.array(encoding, { minLength: 1, maxLength: 3 })),
  attend: attending,
  predict: fc.constantFrom({ kind: 'softmax' }, { kind: 'multi-label' }, { kind: 'ordinal' }),
  members: fc.integer({ min: 1, max: 2 }),
});

/** A classifier of random weights, as large as those of trained ones. */
function classifierOf(given: TrainingOptions, labels: readonly string[], seed: number): TextClassifier {
  const config = resolveConfig(given);
  const backend = createBackend('wasm');
  const random = new Random(seed);
  const networks = Array.from({ length: config.members }, () => {
    const network = new Network(config, VOCABULARY.size, labels.length, backend);
    network.initialise(random);
    const { table } = network.embedding;
    for (let i = config.embed.width; i < table.value.length; i++) table.value[i]! *= 8;
    for (const { value, shape } of network.parameters) {
      if (shape.length === 1) for (let i = 0; i < value.length; i++) value[i]! += 0.2 * random.normal();
    }
    return network;
  });
  return new TextClassifier({ networks, vocabulary: VOCABULARY, labels, config, seed, outcomes: [] });
}

const texts = fc.array(
  fc.array(fc.constantFrom(...WORDS, 'unheard', '7'), { maxLength: 20 }).map((words) => words.join(' ')),
  { minLength: 1, maxLength: 6 },
);

it('every combination of parts gives ONNX Runtime, an import and its own files the same probabilities within 1e-6', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.integer({ min: 2, max: 4 }), texts, fc.nat(), async (given, classes, inputs, seed) => {
      const labels = ['a', 'b', 'c', 'd'].slice(0, classes);
      const classifier = classifierOf(given as TrainingOptions, labels, seed);
      const own = classifier.predict(inputs, { attention: true });
      const bytes = exportOnnx(classifier);
      const onnx = await OnnxTextClassifier.open(bytes, { engine: 'onnxruntime' });
      const theirs = await onnx.predict(inputs, { attention: true });
      await onnx.close();
      own.forEach(({ probabilities, tokens }, i) => {
        for (const label of labels) {
          expect(Math.abs(theirs[i]!.probabilities[label]! - probabilities[label]!)).toBeLessThan(1e-6);
        }
        tokens!.forEach(({ attention }, t) => {
          expect(Math.abs(theirs[i]!.tokens![t]!.attention - attention)).toBeLessThan(2e-6);
        });
      });
      expect(importOnnx(bytes).predict(inputs)).toEqual(classifier.predict(inputs));
      const loaded = new TextClassifier(fromFiles(classifier.toFiles()));
      expect(loaded.predict(inputs)).toEqual(classifier.predict(inputs));
    }),
    { numRuns: 60 },
  );
}, 120_000);
