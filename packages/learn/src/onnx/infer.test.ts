import { beforeAll, describe, expect, test } from 'vitest';
import { trainTextClassifier } from '../models/index.ts';
import { exportOnnx, OnnxTextClassifier } from './index.ts';

const texts = ['revenue grew and margins improved', 'weak guidance', 'flat'];

describe.each(['onnxruntime', 'own'] as const)('infer by %s', (engine) => {
  let model: OnnxTextClassifier;
  beforeAll(async () => {
    const train = Array.from({ length: 40 }, (_, i) =>
      i % 2
        ? { text: 'revenue grew and margins improved', label: 'positive' }
        : { text: 'weak guidance again', label: 'negative' },
    );
    const classifier = await trainTextClassifier({ train, config: { epochs: 2 }, seed: 4 });
    model = await OnnxTextClassifier.open(exportOnnx(classifier), { engine });
  });

  test('answers ids as predict answers texts', async () => {
    const encoded = texts.map((text) => model.encode(text).ids);
    const length = Math.max(...encoded.map((ids) => ids.length));
    const tokens = new BigInt64Array(texts.length * length);
    encoded.forEach((ids, row) => {
      ids.forEach((id, t) => {
        tokens[row * length + t] = BigInt(id);
      });
    });
    const { probabilities, attention } = await model.infer(tokens, texts.length, length);
    const predictions = await model.predict(texts, { attention: true });
    predictions.forEach((prediction, row) => {
      model.labels.forEach((label, k) => {
        expect(probabilities[row * 2 + k]).toBeCloseTo(prediction.probabilities[label]!, 6);
      });
      prediction.tokens!.forEach((token, t) => {
        expect(attention[row * length + t]).toBeCloseTo(token.attention, 6);
      });
    });
  });

  test.each([
    ['no ids', [0n, 0n]],
    ['ids after padding', [2n, 0n, 3n]],
    ['an unknown id', [2n, 999_999n]],
    ['a negative id', [-1n]],
  ])('refuses a row with %s', async (_, ids) => {
    await expect(model.infer(BigInt64Array.from(ids), 1, ids.length)).rejects.toMatchObject({
      code: 'ASSAY_LEARN_TOKENS_INVALID',
    });
  });
});
