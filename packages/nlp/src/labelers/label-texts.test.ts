import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryCache } from './answer-cache.ts';
import { FakeLabeler, tooManyRequests } from './fake-labeler.ts';
import { labelTexts } from './label-texts.ts';

function texts(count: number): { id: string; text: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `t${index}`, text: `text ${index}` }));
}

/** Moves a clock of its own until the promise is settled. */
async function withFastClock<T>(start: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const promise = start();
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  while (!settled) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise(setImmediate);
  }
  return promise;
}

afterEach(() => vi.useRealTimers());

describe('labelTexts', () => {
  it('gives one line for each text, in order, with every labeler’s label and score', async () => {
    const cheerful = new FakeLabeler({ name: 'cheerful', answer: () => ({ label: 'positive', score: 0.5, raw: 1 }) });
    const plain = new FakeLabeler({ name: 'plain' });
    const { lines } = await labelTexts([cheerful, plain], texts(23));
    expect(lines.map((line) => line.id)).toEqual(texts(23).map((text) => text.id));
    expect(lines[22]).toEqual({
      id: 't22',
      labels: { cheerful: 'positive', plain: 'neutral' },
      scores: { cheerful: 0.5, plain: 0 },
    });
  });

  it('keeps to the batch size and to the number of requests in flight', async () => {
    const fake = new FakeLabeler({ limits: { textsPerRequest: 7 }, latencyMs: 5 });
    const { runs } = await labelTexts([fake], texts(50), { concurrency: 3 });
    expect(fake.requests.map((request) => request.texts.length).sort()).toEqual([1, 7, 7, 7, 7, 7, 7, 7]);
    expect(fake.mostAtOnce).toBe(3);
    expect(runs[0]).toMatchObject({ labelled: 50, cached: 0, failed: 0, requests: 8, retries: 0 });
  });

  it('asks for a text that comes twice once', async () => {
    const fake = new FakeLabeler();
    const { lines } = await labelTexts(
      [fake],
      [
        { id: 'a', text: 'same' },
        { id: 'b', text: 'same' },
      ],
    );
    expect(fake.requests.map((request) => request.texts)).toEqual([['same']]);
    expect(lines.map((line) => line.labels.fake)).toEqual(['neutral', 'neutral']);
  });

  it('says which text is too long, by bytes or characters, and labels the others', async () => {
    const byBytes = new FakeLabeler({ name: 'bytes', limits: { bytesPerText: 5 } });
    const byCharacters = new FakeLabeler({ name: 'characters', limits: { charactersPerText: 5 } });
    const { answers, lines } = await labelTexts(
      [byBytes, byCharacters],
      [
        { id: 'a', text: 'ééé' },
        { id: 'b', text: '👍👍👍👍👍👍' },
        { id: 'c', text: 'short' },
      ],
    );
    expect(lines.map((line) => [line.labels.bytes, line.labels.characters])).toEqual([
      [null, 'neutral'],
      [null, null],
      ['neutral', 'neutral'],
    ]);
    expect(answers.get('bytes')![0]).toMatchObject({
      failure: 'The text has 6 bytes, more than the 5 it takes.',
    });
  });

  it('sends no more requests a second than the labeler allows', async () => {
    const fake = new FakeLabeler({ limits: { textsPerRequest: 1, requestsPerSecond: 100 } });
    const started = performance.now();
    await labelTexts([fake], texts(20), { concurrency: 8 });
    expect(performance.now() - started).toBeGreaterThan(185);
    const gaps = fake.requests.slice(1).map((request, index) => request.at - fake.requests[index]!.at);
    expect(gaps.reduce((a, b) => a + b, 0) / gaps.length).toBeGreaterThan(9.5);
  });

  it('tries again with growing pauses, then gives up with a code', async () => {
    const fake = new FakeLabeler({
      onRequest: () => {
        throw tooManyRequests();
      },
    });
    const labelling = withFastClock(() => labelTexts([fake], texts(1)));
    await expect(labelling).rejects.toMatchObject({ code: 'ASSAY_LABELER_UNAVAILABLE' });
    const gaps = fake.requests.slice(1).map((request, index) => request.at - fake.requests[index]!.at);
    expect(gaps).toHaveLength(5);
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(250 * 2 ** index - 1);
      expect(gap).toBeLessThanOrEqual(500 * 2 ** index + 1);
    }
  });

  it('holds all requests for as long as a 429 asks', async () => {
    const fake = new FakeLabeler({
      limits: { textsPerRequest: 1 },
      onRequest: (request) => {
        if (request === 2) throw tooManyRequests(7000);
      },
    });
    const { runs } = await withFastClock(() => labelTexts([fake], texts(6), { concurrency: 1 }));
    expect(runs[0]).toMatchObject({ labelled: 6, requests: 7, retries: 1 });
    expect(fake.requests[2]!.at - fake.requests[1]!.at).toBeGreaterThanOrEqual(7000);
  });

  it('ends at once on an error that repeating cannot mend, and keeps what was answered', async () => {
    const cache = new MemoryCache();
    const broken = new FakeLabeler({
      limits: { textsPerRequest: 1 },
      onRequest: (request) => {
        if (request === 4) throw new Error('the key is wrong');
      },
    });
    await expect(labelTexts([broken], texts(9), { cache, concurrency: 1 })).rejects.toThrow('the key is wrong');
    const mended = new FakeLabeler({ limits: { textsPerRequest: 1 } });
    const { runs } = await labelTexts([mended], texts(9), { cache });
    expect(runs[0]).toMatchObject({ labelled: 9, cached: 3, requests: 6 });
  });

  it('asks a new version or another configuration again', async () => {
    const cache = new MemoryCache();
    await labelTexts([new FakeLabeler()], texts(3), { cache });
    const newer = new FakeLabeler({ version: '2' });
    await labelTexts([newer], texts(3), { cache });
    expect(newer.requests).toHaveLength(1);
    const same = new FakeLabeler();
    await labelTexts([same], texts(3), { cache });
    expect(same.requests).toHaveLength(0);
  });

  it('does not keep a failure as an answer', async () => {
    const cache = new MemoryCache();
    const failing = new FakeLabeler({ answer: () => ({ label: null, failure: 'unsupported language', raw: null }) });
    const first = await labelTexts([failing], texts(2), { cache });
    expect(first.runs[0]).toMatchObject({ labelled: 0, failed: 2 });
    const second = await labelTexts([new FakeLabeler()], texts(2), { cache });
    expect(second.runs[0]).toMatchObject({ labelled: 2, cached: 0 });
  });

  it('stops before it passes a budget in money or requests, retries counted', async () => {
    const paid = new FakeLabeler({ limits: { textsPerRequest: 2 }, usdPerText: 0.01 });
    await expect(labelTexts([paid], texts(20), { budget: { usd: 0.1 } })).rejects.toMatchObject({
      code: 'ASSAY_LABEL_BUDGET_REACHED',
    });
    expect(paid.requests).toHaveLength(5);
    const limited = new FakeLabeler({ limits: { textsPerRequest: 2 } });
    await expect(labelTexts([limited], texts(20), { budget: { requests: 3 } })).rejects.toMatchObject({
      code: 'ASSAY_LABEL_BUDGET_REACHED',
    });
    expect(limited.requests).toHaveLength(3);
    const enough = new FakeLabeler({ limits: { textsPerRequest: 2 }, usdPerText: 0.01 });
    const { runs } = await labelTexts([enough], texts(20), { budget: { usd: 0.2, requests: 10 } });
    expect(runs[0]!.usd).toBeCloseTo(0.2, 12);
  });

  it('ends a slow request when it is aborted', async () => {
    const slow = new FakeLabeler({ latencyMs: 60_000 });
    const controller = new AbortController();
    const labelling = labelTexts([slow], texts(5), { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('interrupted')), 20);
    await expect(labelling).rejects.toThrow('interrupted');
  });

  it('takes a request that hangs for one that failed, and sends it again', async () => {
    const fake = new FakeLabeler();
    const answer = fake.label.bind(fake);
    const label = vi
      .spyOn(fake, 'label')
      .mockImplementationOnce(() => new Promise(() => {}))
      .mockImplementation(answer);
    const { runs } = await withFastClock(() => labelTexts([fake], texts(1)));
    expect(runs[0]).toMatchObject({ labelled: 1, retries: 1 });
    expect(label).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['too few answers', { onRequest: undefined, answer: undefined }, 1],
    ['an unknown label', { answer: () => ({ label: 'rosy', score: 0, raw: null }) }, 0],
    ['a score beyond 1', { answer: () => ({ label: 'positive', score: 1.5, raw: null }) }, 0],
    ['a score that is no number', { answer: () => ({ label: 'positive', score: Number.NaN, raw: null }) }, 0],
  ])('refuses %s', async (_, { answer }, dropped) => {
    const fake = new FakeLabeler(answer ? { answer } : {});
    const honest = fake.label.bind(fake);
    vi.spyOn(fake, 'label').mockImplementation(async (...of) => (await honest(...of)).slice(dropped));
    await expect(labelTexts([fake], texts(2))).rejects.toMatchObject({ code: 'ASSAY_LABELER_ANSWER' });
  });

  it('refuses ids and labelers that come twice', async () => {
    await expect(labelTexts([new FakeLabeler()], [...texts(2), ...texts(1)])).rejects.toMatchObject({
      code: 'ASSAY_LABEL_DUPLICATE_ID',
    });
    await expect(labelTexts([new FakeLabeler(), new FakeLabeler()], texts(1))).rejects.toMatchObject({
      code: 'ASSAY_LABEL_DUPLICATE_LABELER',
    });
  });

  it('reports how far each labeler is', async () => {
    const seen: string[] = [];
    await labelTexts([new FakeLabeler()], texts(25), {
      concurrency: 1,
      onProgress: ({ labeler, done, total }) => seen.push(`${labeler} ${done}/${total}`),
    });
    expect(seen).toEqual(['fake 0/25', 'fake 10/25', 'fake 20/25', 'fake 25/25']);
  });
});
