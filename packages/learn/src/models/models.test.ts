import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingOptions } from '../training/index.ts';
import { fromFiles, TextClassifier, type TrainingProgress, trainTextClassifier } from './index.ts';

const KEY = { negative: ['fell', 'weak', 'lost'], positive: ['grew', 'strong', 'won'] };
const FILLER = ['we', 'saw', 'that', 'sales', 'and', 'orders', 'margins', 'in', 'this', 'quarter'];

function examples(from: number, to: number) {
  return Array.from({ length: to - from }, (_, k) => {
    const i = from + k;
    const label = i % 2 === 0 ? ('negative' as const) : ('positive' as const);
    const words = [FILLER[i % 10], FILLER[(i * 3) % 10], KEY[label][i % 3], FILLER[(i * 7) % 10]];
    return { text: `${words.join(' ')}.`, label };
  });
}

const train = examples(0, 120);
const dev = examples(120, 160);
const test = examples(160, 200);
const FAST: TrainingOptions = {
  epochs: 8,
  batchSize: 32,
  learningRate: 0.01,
  members: 1,
  embed: { width: 12 },
  encode: { width: 12 },
  attend: { width: 8 },
};
/** Nothing that holds learning back. */
const PLAIN: TrainingOptions = {
  ...FAST,
  epochs: 40,
  averaging: 0,
  labelSmoothing: 0,
  dropout: { words: 0, embed: 0, pooled: 0 },
};
const TEXTS = test.map(({ text }) => text);

let folder: string;
let classifier: TextClassifier;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-learn-'));
  classifier = await trainTextClassifier({ train, dev, config: FAST, seed: 7 });
});
afterAll(() => rm(folder, { recursive: true }));

describe('a model of the first format', () => {
  it('loads as it was, without the settings that there were not', () => {
    const files = classifier.toFiles();
    const file = JSON.parse(new TextDecoder().decode(files['config.json']));
    const { schedule: _schedule, clipping: _clipping, calibration: _calibration, ...config } = file.config;
    const first = { ...file, format: 'assay-text-classifier-1', config };
    const load = (content: object) =>
      new TextClassifier(fromFiles({ ...files, 'config.json': new TextEncoder().encode(JSON.stringify(content)) }));
    expect(load(first).predict(TEXTS)).toEqual(classifier.predict(TEXTS));
    expect(() => load({ ...file, config })).toThrow(/leaves settings out/);
    expect(() => load({ ...first, format: 'assay-text-classifier-3' })).toThrow(/has the format/);
  });
});

describe('trainTextClassifier', () => {
  it('learns what can be learned', () => {
    const right = classifier.predict(TEXTS).filter(({ label }, i) => label === test[i]!.label).length;
    expect(right).toBe(test.length);
    expect(classifier.history.at(-1)!.devMacroF1).toBe(1);
  });

  it.each(['wasm', 'js'] as const)('gives the same files bit by bit from the same seed (%s)', async (backend) => {
    const run = (seed: number) => trainTextClassifier({ train, dev, config: { ...FAST, epochs: 2 }, seed, backend });
    const files = async (seed: number) => (await run(seed)).toFiles();
    const first = await files(3);
    expect(await files(3)).toEqual(first);
    expect((await files(4))['model.safetensors']).not.toEqual(first['model.safetensors']);
  });

  it('predicts within 1e-5 the same after steps on either backend', async () => {
    const config: TrainingOptions = { ...FAST, epochs: 1, batchSize: 60 };
    const [wasm, js] = await Promise.all(
      (['wasm', 'js'] as const).map((backend) => trainTextClassifier({ train, config, backend })),
    );
    expect([wasm!.backend, js!.backend]).toEqual(['wasm', 'js']);
    const one = wasm!.predict(TEXTS);
    js!.predict(TEXTS).forEach(({ probabilities }, i) => {
      expect(Math.abs(probabilities.positive! - one[i]!.probabilities.positive!)).toBeLessThan(1e-5);
    });
  });

  it('trains the same with and without someone watching, and tells every batch', async () => {
    const told: TrainingProgress[] = [];
    const watched = await trainTextClassifier({
      train,
      dev,
      config: { ...FAST, epochs: 2, members: 2 },
      onProgress: (progress) => told.push(progress),
    });
    const alone = await trainTextClassifier({ train, dev, config: { ...FAST, epochs: 2, members: 2 } });
    expect(watched.toFiles()['model.safetensors']).toEqual(alone.toFiles()['model.safetensors']);
    expect(told.map(({ member, epoch, batch }) => [member, epoch, batch])).toEqual(
      [1, 2].flatMap((member) => [1, 2].flatMap((epoch) => [1, 2, 3, 4].map((batch) => [member, epoch, batch]))),
    );
    expect(told.every(({ loss, rate, secondsLeft }) => loss > 0 && rate > 0 && secondsLeft >= 0)).toBe(true);
    expect(told.at(-1)).toMatchObject({ secondsLeft: 0, batches: 4, members: 2, last: { epoch: 1 } });
  });

  it('stops when the development set no longer gains, and keeps the best epoch', async () => {
    const stopped = await trainTextClassifier({
      train,
      dev,
      config: { ...FAST, epochs: 200, earlyStopping: { metric: 'macro-f1', patience: 3, minEpochs: 1 } },
    });
    const [{ history, bestEpoch }] = stopped.outcomes as [(typeof stopped.outcomes)[0]];
    expect(history.length).toBeLessThan(200);
    const scores = history.map(({ devMacroF1 }) => devMacroF1!);
    const best = history[bestEpoch - 1]!;
    expect(best.devMacroF1).toBe(Math.max(...scores));
    expect(history.length - 1 - scores.indexOf(Math.max(...scores))).toBe(3);
    expect(bestEpoch - 1).toBe(scores.lastIndexOf(Math.max(...scores)));
    const right = stopped.predict(dev.map(({ text }) => text)).filter(({ label }, i) => label === dev[i]!.label).length;
    expect(right / dev.length).toBeCloseTo(best.devAccuracy!, 12);
  });

  it.each<[string, TrainingOptions]>([
    ['bigru and self-attention', { encode: { kind: 'bigru', width: 12 }, attend: { kind: 'self', heads: 2 } }],
    ['bilstm and maximum', { encode: { kind: 'bilstm', width: 12 }, attend: { kind: 'max' } }],
    [
      'transformer and multi-head attention',
      {
        encode: { kind: 'transformer', width: 12, heads: 2, hidden: 16 },
        attend: { kind: 'multi-head', width: 12, heads: 2 },
      },
    ],
    ['windows of several radii and the mean', { encode: { width: 12, radius: [0, 1] }, attend: { kind: 'mean' } }],
    ['an ordinal output', { predict: { kind: 'ordinal' } }],
    [
      'warm-up, cosine, clipping and calibration',
      { schedule: { kind: 'cosine', warmup: 0.1 }, clipping: 1, calibration: 'temperature' },
    ],
  ])('learns with %s, the same bits from the same seed', async (_, config) => {
    const { encode: _encode, attend: _attend, ...fast } = FAST;
    const run = () => trainTextClassifier({ train, dev, config: { ...fast, dropout: { embed: 0.2 }, ...config } });
    const model = await run();
    const right = model.predict(TEXTS).filter(({ label }, i) => label === test[i]!.label).length;
    expect(right).toBeGreaterThanOrEqual(test.length - 1);
    expect((await run()).toFiles()).toEqual(model.toFiles());
    if (config.calibration === 'temperature') expect(model.outcomes[0]!.temperature).toBeGreaterThan(0);
  });

  it('learns several labels for a text, or none', async () => {
    const both = (i: number) => {
      const words = [FILLER[i % 10]!, i % 2 === 0 ? 'fell' : 'flat', FILLER[(i * 3) % 10]!, i % 3 === 0 ? 'won' : 'so'];
      const label = [...(i % 2 === 0 ? ['loss'] : []), ...(i % 3 === 0 ? ['win'] : [])].join('|');
      return { text: words.join(' '), label };
    };
    const texts = Array.from({ length: 180 }, (_, i) => both(i));
    const model = await trainTextClassifier({
      train: texts.slice(0, 120),
      dev: texts.slice(120, 150),
      config: { ...PLAIN, predict: { kind: 'multi-label' } },
    });
    expect(model.labels).toEqual(['loss', 'win']);
    const judged = texts.slice(150);
    expect(model.predict(judged.map(({ text }) => text)).map(({ label }) => label)).toEqual(
      judged.map(({ label }) => label),
    );
    expect(model.history.at(-1)).toMatchObject({ devAccuracy: 1, devMacroF1: 1 });
  });

  it('learns from soft labels how sure to be', async () => {
    const soft = (share: number) =>
      train.map(({ text, label }) => ({
        text,
        label,
        probabilities: label === 'positive' ? { positive: share, negative: 1 - share } : { negative: 1 },
      }));
    const sureness = async (share: number) => {
      const model = await trainTextClassifier({
        train: soft(share),
        config: PLAIN,
      });
      return model.predict([TEXTS[1]!])[0]!.probabilities.positive!;
    };
    const [sure, unsure] = [await sureness(1), await sureness(0.7)];
    expect(sure).toBeGreaterThan(0.9);
    expect(Math.abs(unsure - 0.7)).toBeLessThan(0.12);
    for (const probabilities of [
      { positive: 0.5 },
      { positive: Number.NaN, negative: 1 },
      { positive: 2, negative: -1 },
    ]) {
      const wrong = [...train, { text: 'fine', label: 'positive', probabilities }];
      await expect(trainTextClassifier({ train: wrong })).rejects.toMatchObject({
        code: 'ASSAY_LEARN_SOFT_LABEL_INVALID',
        message: expect.stringContaining('training example 121'),
      });
    }
  });

  it('weighs classes', async () => {
    const lean = async (classWeights: NonNullable<TrainingOptions['classWeights']>) => {
      const few = [
        ...train.filter(({ label }) => label === 'negative').slice(0, 8),
        ...train.filter(({ label }) => label === 'positive'),
      ];
      const model = await trainTextClassifier({ train: few, config: { ...FAST, epochs: 1, classWeights } });
      return model.predict(['we saw orders']).map(({ probabilities }) => probabilities.negative!)[0]!;
    };
    const plain = await lean('none');
    expect(await lean('balanced')).toBeGreaterThan(plain);
    expect(await lean({ negative: 30 })).toBeGreaterThan(plain);
    await expect(lean({ neutral: 2 })).rejects.toMatchObject({ code: 'ASSAY_LEARN_LABEL_UNKNOWN' });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const training = trainTextClassifier({
      train,
      config: { ...FAST, epochs: 100_000 },
      signal: controller.signal,
      onProgress: ({ epoch }) => epoch === 3 && controller.abort(new Error('enough')),
    });
    await expect(training).rejects.toThrow('enough');
  });

  it('lets the process do other work meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await trainTextClassifier({ train, config: { ...FAST, epochs: 60 } });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  const positive = train.filter(({ label }) => label === 'positive');
  it.each([
    ['no examples', { train: [] }, 'ASSAY_LEARN_NO_EXAMPLES'],
    ['one class only', { train: positive }, 'ASSAY_LEARN_ONE_CLASS'],
    ['an empty development set', { train, dev: [] }, 'ASSAY_LEARN_NO_EXAMPLES'],
    ['a label unknown to training', { train, dev: [{ text: 'Fine.', label: 'mixed' }] }, 'ASSAY_LEARN_LABEL_UNKNOWN'],
    [
      'a label without examples',
      { train, labels: ['negative', 'neutral', 'positive'] },
      'ASSAY_LEARN_LABEL_WITHOUT_EXAMPLES',
    ],
    ['a label named twice', { train, labels: ['negative', 'positive', 'positive'] }, 'ASSAY_LEARN_LABELS_INVALID'],
    ['an empty text', { train: [...train, { text: ' “” ', label: 'positive' }] }, 'ASSAY_LEARN_TEXT_EMPTY'],
    ['a learning rate of NaN', { train, config: { learningRate: Number.NaN } }, 'ASSAY_LEARN_CONFIG_INVALID'],
    ['a learning rate that diverges', { train, config: { ...FAST, learningRate: 1e38 } }, 'ASSAY_LEARN_DIVERGED'],
    ['calibration by nothing', { train, config: { calibration: 'temperature' as const } }, 'ASSAY_LEARN_NO_EXAMPLES'],
    ['a broken seed', { train, seed: -3 }, 'ASSAY_LEARN_SEED_INVALID'],
  ])('refuses %s', async (_, request, code) => {
    await expect(trainTextClassifier(request)).rejects.toMatchObject({ code });
  });

  it('says which example is wrong', async () => {
    const request = { train: [...train, { text: '', label: 'positive' }] };
    await expect(trainTextClassifier(request)).rejects.toThrow(/training example 121 has no words/);
  });
});

describe('TextClassifier', () => {
  it('gives probabilities by label, and tokens with attention that sums to 1', () => {
    const [prediction] = classifier.predict(['Sales GREW, we saw.'], { attention: true });
    const { tokens = [], probabilities } = prediction!;
    expect(Object.keys(probabilities)).toEqual(['negative', 'positive']);
    expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(tokens.map(({ start, end }) => 'Sales GREW, we saw.'.slice(start, end))).toEqual(
      'Sales GREW , we saw .'.split(' '),
    );
    expect(tokens.reduce((sum, { attention }) => sum + attention, 0)).toBeCloseTo(1, 5);
  });

  it('answers for empty, foreign and very long texts', () => {
    const long = 'grew and '.repeat(100_000);
    const [none, foreign, cut] = classifier.predict(['', '売上が伸びた 👍', long], { attention: true });
    expect(none!.tokens).toEqual([]);
    expect(foreign!.tokens).toHaveLength(7);
    expect(cut!.tokens).toHaveLength(512);
    for (const { probabilities } of [none!, foreign!, cut!]) expect(probabilities.negative).toBeGreaterThan(0);
    expect(classifier.predict([])).toEqual([]);
  });

  it('gives many texts the same predictions as one by one', () => {
    const many = Array.from({ length: 200 }, (_, i) => `${TEXTS[i % TEXTS.length]} ${'and '.repeat(i)}`);
    const alone = many.map((text) => classifier.predict([text])[0]!);
    classifier.predict(many).forEach(({ label, probabilities }, i) => {
      expect(label).toBe(alone[i]!.label);
      expect(probabilities.positive).toBeCloseTo(alone[i]!.probabilities.positive!, 6);
    });
  });

  it('averages its members', async () => {
    const both = await trainTextClassifier({ train, config: { ...FAST, epochs: 2, members: 2 } });
    const [one, two] = both.networks.map((network) => new TextClassifier({ ...both, networks: [network] }));
    const alone = [one!, two!].map((member) =>
      member.predict(TEXTS).map(({ probabilities }) => probabilities.positive!),
    );
    both.predict(TEXTS).forEach(({ probabilities }, i) => {
      expect(probabilities.positive).toBeCloseTo((alone[0]![i]! + alone[1]![i]!) / 2, 12);
    });
    expect(alone[0]).not.toEqual(alone[1]);
  });
});

describe('a saved model', () => {
  it('comes back whole, leaving nothing else in its folder', async () => {
    const path = join(folder, 'made', 'here');
    await classifier.save(path);
    await classifier.save(path);
    expect((await readdir(path)).sort()).toEqual(['config.json', 'model.safetensors']);
    const same = await TextClassifier.load(path);
    expect(same.predict(TEXTS, { attention: true })).toEqual(classifier.predict(TEXTS, { attention: true }));
    expect(same.outcomes).toEqual(classifier.outcomes);
    expect(same.toFiles()).toEqual(classifier.toFiles());
  });

  it('says what is missing', async () => {
    await expect(TextClassifier.load(join(folder, 'none'))).rejects.toMatchObject({
      code: 'ASSAY_LEARN_MODEL_MISSING',
    });
  });

  it('refuses weights that belong to another model', async () => {
    const path = join(folder, 'mixed');
    await classifier.save(path);
    const other = await trainTextClassifier({ train, config: { ...FAST, epochs: 1 }, seed: 99 });
    await writeFile(join(path, 'model.safetensors'), other.toFiles()['model.safetensors']);
    await expect(TextClassifier.load(path)).rejects.toThrow(/was written for/);
  });

  it.each<[string, (config: Record<string, unknown>) => void]>([
    ['another format', (config) => (config.format = 'x')],
    ['another tokenizer', (config) => (config.tokenizer = 'english-0')],
    ['no labels', (config) => (config.labels = ['one'])],
    ['no vocabulary', (config) => (config.vocabulary = undefined)],
    ['a setting left out', (config) => (config.config = {})],
  ])('refuses a config.json with %s', async (_, change) => {
    const files = classifier.toFiles();
    const config = JSON.parse(new TextDecoder().decode(files['config.json']));
    change(config);
    const bytes = new TextEncoder().encode(JSON.stringify(config));
    expect(() => fromFiles({ ...files, 'config.json': bytes })).toThrow(
      expect.objectContaining({ code: 'ASSAY_LEARN_MODEL_INVALID' }),
    );
  });

  it('fails with a code, and never otherwise, whatever byte of either file is changed', () => {
    const files = classifier.toFiles();
    const name = fc.constantFrom('model.safetensors' as const, 'config.json' as const);
    fc.assert(
      fc.property(name, fc.nat(), fc.integer({ min: 1, max: 255 }), (file, position, flip) => {
        const bytes = files[file].slice();
        bytes[position % bytes.length]! ^= flip;
        try {
          fromFiles({ ...files, [file]: bytes }, 'js');
          expect(file).toBe('config.json');
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ASSAY_LEARN_/) });
        }
      }),
      { numRuns: 150 },
    );
  });
});
