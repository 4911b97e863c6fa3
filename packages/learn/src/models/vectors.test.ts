import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WordVectors } from '../tokens/index.ts';
import { encodeVectors, parseWordVectors, readWordVectors, TextClassifier, trainTextClassifier } from './index.ts';

const TEXT = 'up 1 -0.5\ndown -1 2.5e-1\nflat 0 0\n';
const WORDS = ['up', 'down', 'flat'];
const VALUES = Float32Array.of(1, -0.5, -1, 0.25, 0, 0);

function binary(count = 3): Buffer {
  const rows = WORDS.map((word, i) => {
    const row = Buffer.alloc(8);
    row.writeFloatLE(VALUES[2 * i]!, 0);
    row.writeFloatLE(VALUES[2 * i + 1]!, 4);
    return Buffer.concat([Buffer.from(`${word} `), row, Buffer.from('\n')]);
  });
  return Buffer.concat([Buffer.from(`${count} 2\n`), ...rows]);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-vectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readWordVectors', () => {
  it.each([
    ["GloVe's text", Buffer.from(TEXT)],
    ["word2vec's text", Buffer.from(`3 2\n${TEXT}`)],
    ["word2vec's binary", binary()],
    ['the small binary file', Buffer.from(encodeVectors(new WordVectors(WORDS, VALUES, 2)))],
  ])('reads %s', async (name, bytes) => {
    const path = join(folder, 'vectors');
    await writeFile(path, bytes);
    const vectors = await readWordVectors(path);
    expect([vectors.words, vectors.width, [...vectors.values]], name).toEqual([WORDS, 2, [...VALUES]]);
    expect(vectors.vector('down')).toEqual(Float32Array.of(-1, 0.25));
    expect(vectors.vector('sideways')).toBeUndefined();
  });

  it.each([
    ['nothing', Buffer.alloc(0), /0 words/],
    ['a short line', Buffer.from('up 1 2\ndown 3\n'), /line 2 has not a word and 2 numbers/],
    ['NaN in a text', Buffer.from('up 1 2\ndown NaN 3\n'), /line 2 has "NaN"/],
    ['a word where a number should stand', Buffer.from('3 2\nup 1 2\ndown x 3\n'), /line 3 has "x"/],
    ['a binary that is cut off', binary().subarray(0, 30), /its head names 3 words/],
    ['a binary of more words than it names', binary(2_000_000_000), /its head names 2000000000 words/],
    [
      'NaN in a binary',
      Buffer.concat([Buffer.from('1 2\nup '), Buffer.from([0, 0, 192, 127, 0, 0, 0, 0])]),
      /"up" holds NaN/,
    ],
    ['a safetensors file of something else', Buffer.from('0a00000000000000', 'hex'), /cannot be used/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseWordVectors(bytes)).toThrow(message);
    expect(() => parseWordVectors(bytes)).toThrow(expect.objectContaining({ code: 'ASSAY_LEARN_VECTORS_INVALID' }));
  });

  it('says when there is no file', async () => {
    await expect(readWordVectors(join(folder, 'none'))).rejects.toMatchObject({ code: 'ASSAY_LEARN_VECTORS_MISSING' });
  });
});

describe('an embedding of vectors', () => {
  const train = Array.from({ length: 60 }, (_, i) => ({
    text: i % 2 === 0 ? 'sales rose much' : 'sales fell much',
    label: i % 2 === 0 ? 'good' : 'bad',
  }));
  const words = ['rose', 'fell', 'surged', 'plunged', 'sales', 'rare'];
  const values = Float32Array.from([1, 0, 0, -1, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 1, 0, 1, 0]);
  const vectors = new WordVectors(words, values, 3);
  const config = {
    epochs: 30,
    members: 1,
    batchSize: 8,
    learningRate: 0.02,
    dropout: { words: 0, embed: 0, pooled: 0 },
    encode: { width: 6, radius: 0 },
  };

  it.each([true, false])('knows words that training lacks by their vectors (tuned: %s)', async (tuned) => {
    const embed = { kind: 'vectors', tuned, extra: 5 } as const;
    const model = await trainTextClassifier({ train, vectors, config: { ...config, embed }, seed: 3 });
    expect(model.config.embed).toMatchObject({ width: 3 });
    expect(model.predict(['sales surged much', 'sales plunged much']).map(({ label }) => label)).toEqual([
      'good',
      'bad',
    ]);
    expect(model.vocabulary.id('rare')).toBe(1);
    const { table } = model.networks[0]!.embedding;
    const row = (word: string) => [...table.value.subarray(model.vocabulary.id(word) * 3).subarray(0, 3)];
    expect(row('surged')).toEqual([1, 0, 0]);
    if (tuned) expect(row('rose')).not.toEqual([1, 0, 0]);
    else
      expect([row('rose'), row('much')]).toEqual([
        [1, 0, 0],
        [0, 0, 0],
      ]);
    await model.save(join(folder, 'model'));
    expect((await TextClassifier.load(join(folder, 'model'))).predict(['surged'])).toEqual(model.predict(['surged']));
  });

  it('refuses vectors without such an embedding, the embedding without vectors, and another width', async () => {
    const code = 'ASSAY_LEARN_VECTORS_MISSING';
    await expect(trainTextClassifier({ train, vectors })).rejects.toMatchObject({ code });
    const embed = { kind: 'vectors' } as const;
    await expect(trainTextClassifier({ train, config: { embed } })).rejects.toMatchObject({ code });
    await expect(trainTextClassifier({ train, vectors, config: { embed: { ...embed, width: 4 } } })).rejects.toThrow(
      /embed.width is 4, and the vectors have 3/,
    );
  });
});
