import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ModelProtoSchema } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TextClassifier, trainTextClassifier } from '../models/index.ts';
import { Random } from '../random/index.ts';
import { TOKENIZER_VERSION } from '../tokens/index.ts';
import type { TrainingOptions } from '../training/index.ts';
import { exportOnnx, importOnnx, OnnxTextClassifier } from './index.ts';
import { readFields } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

const WORDS = 'revenue grew fell margins improved weak strong guidance raised cut again we expect not flat'.split(' ');

function examples(count: number, seed: number) {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 3 + random.integer(9) }, () => WORDS[random.integer(WORDS.length)]!);
    const score = words.filter((word) => /grew|improved|strong|raised/.test(word)).length;
    const label = score === 0 ? 'negative' : score === 1 ? 'neutral' : 'positive';
    return { text: words.join(' '), label };
  });
}

function train(config: TrainingOptions): Promise<TextClassifier> {
  return trainTextClassifier({ train: examples(120, 1), config: { epochs: 3, learningRate: 0.02, ...config } });
}

const TEXTS = [...examples(40, 2).map(({ text }) => text), '', 'Unheard-of words only, 12.5%!', 'grew '.repeat(300)];

let folder: string;
let plain: TextClassifier;
let deep: TextClassifier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-onnx-'));
  plain = await train({ members: 1 });
  deep = await train({
    members: 3,
    embed: { width: 7 },
    encode: { width: 7, depth: 3, radius: 2, residual: true },
    attend: { width: 5 },
  });
});
afterAll(() => rm(folder, { recursive: true }));

function expectSame(actual: readonly object[], expected: readonly object[], tolerance: number): void {
  const numbers = (value: unknown): number[] =>
    typeof value === 'number' ? [value] : value instanceof Object ? Object.values(value).flatMap(numbers) : [];
  const [one, two] = [numbers(actual), numbers(expected)];
  expect(one.length).toBe(two.length);
  const largest = one.reduce((worst, value, i) => Math.max(worst, Math.abs(value - two[i]!)), 0);
  expect(largest).toBeLessThanOrEqual(tolerance);
}

describe('exportOnnx', () => {
  it.each(['plain', 'deep'])(
    'gives ONNX Runtime the same probabilities and attention within 1e-6 (%s)',
    async (which) => {
      const classifier = which === 'plain' ? plain : deep;
      const onnx = await OnnxTextClassifier.open(exportOnnx(classifier), { engine: 'onnxruntime' });
      expect(onnx.engine).toBe('onnxruntime');
      const predictions = await onnx.predict(TEXTS, { attention: true });
      const own = classifier.predict(TEXTS, { attention: true });
      expect(predictions.map(({ label }) => label)).toEqual(own.map(({ label }) => label));
      expectSame(predictions, own, 1e-6);
      await onnx.close();
    },
  );

  it('is decoded by an independent reader: operator set, names, shapes, metadata', () => {
    const model = fromBinary(ModelProtoSchema, exportOnnx(plain));
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
    const shape = (of: 'input' | 'output') =>
      model.graph![of].map(({ name, type }) => [
        name,
        type!.value.case === 'tensorType' ? type!.value.value.shape!.dim.map(({ value }) => value.value) : undefined,
      ]);
    expect(shape('input')).toEqual([['tokens', ['batch', 'length']]]);
    expect(shape('output')).toEqual([
      ['probabilities', ['batch', 3n]],
      ['attention', ['batch', 'length']],
    ]);
    const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
    expect(JSON.parse(metadata['assay.labels']!)).toEqual(['negative', 'neutral', 'positive']);
    expect(metadata['assay.vocabulary.sha256']).toBe(plain.vocabulary.digest());
    expect(metadata['assay.tokenizer']).toBe(TOKENIZER_VERSION);
    const table = model.graph!.initializer.find(({ name }) => name === '0.embed.table')!;
    const raw = table.rawData.slice();
    expect(new Float32Array(raw.buffer)).toEqual(Float32Array.from(plain.networks[0]!.embedding.table.value));
  });

  it('writes the same bytes for the same model', () => {
    expect(exportOnnx(deep)).toEqual(exportOnnx(deep));
  });
});

describe('OnnxTextClassifier', () => {
  it("computes with this library's own kernels when asked to", async () => {
    const onnx = await OnnxTextClassifier.open(exportOnnx(deep), { engine: 'own' });
    expect(onnx.engine).toBe('own');
    expect(await onnx.predict(TEXTS, { attention: true })).toEqual(deep.predict(TEXTS, { attention: true }));
  });

  it('opens a file by its path, and says when there is none', async () => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, exportOnnx(plain));
    expect((await OnnxTextClassifier.open(path)).labels).toEqual(plain.labels);
    await expect(OnnxTextClassifier.open(join(folder, 'none.onnx'))).rejects.toMatchObject({
      code: 'ASSAY_LEARN_MODEL_MISSING',
    });
  });

  it('refuses every broken file with a code', async () => {
    const bytes = exportOnnx(plain);
    for (const broken of [
      new Uint8Array(0),
      bytes.slice(0, 1000),
      bytes.slice(0, -1),
      new TextEncoder().encode('<html>'),
    ]) {
      await expect(OnnxTextClassifier.open(broken)).rejects.toMatchObject({ code: 'ASSAY_LEARN_ONNX_INVALID' });
    }
  });

  it('refuses a vocabulary that is not the one its digest names', async () => {
    const bytes = exportOnnx(plain);
    const at = Buffer.from(bytes).lastIndexOf('"revenue"');
    bytes[at + 1] = 'l'.charCodeAt(0);
    await expect(OnnxTextClassifier.open(bytes)).rejects.toThrow(/not the one that its digest names/);
  });

  it('fails with a code, and never otherwise, whatever byte is changed', () => {
    const bytes = exportOnnx(plain);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = bytes.slice();
        changed[at]! ^= flip;
        try {
          importOnnx(changed, 'js');
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ASSAY_LEARN_/) });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('ProtobufWriter', () => {
  it('writes what the format documents', () => {
    // The encoding guide's own examples: field 1 = 150, field 2 = "testing".
    const message = new ProtobufWriter().integer(1, 150).string(2, 'testing').finish();
    expect(Buffer.from(message).toString('hex')).toBe('08960112' + '0774657374696e67');
  });

  it('is read back by the reader', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.maxSafeNat(), fc.uint8Array())), (fields) => {
        const writer = new ProtobufWriter();
        for (const [number, integer, bytes] of fields) writer.integer(number, integer).bytes(number, bytes);
        const read = [...readFields(writer.finish())];
        expect(read.map(({ number }) => number)).toEqual(fields.flatMap(([number]) => [number, number]));
        expect(read.filter((_, i) => i % 2 === 0).map(({ integer }) => integer)).toEqual(
          fields.map(([, value]) => value),
        );
        expect(read.filter((_, i) => i % 2 === 1).map(({ bytes }) => [...bytes])).toEqual(
          fields.map(([, , b]) => [...b]),
        );
      }),
    );
  });
});
