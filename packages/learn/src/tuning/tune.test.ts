import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tune } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-tune-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const refusal = (code: string) => expect.objectContaining({ code });

const space = {
  rate: { type: 'log-float', low: 1e-5, high: 1 },
  depth: { type: 'int', low: 1, high: 6 },
  kind: { type: 'categorical', values: ['conv', 'gru'] },
} as const;
/** Least, 0, at rate 0.01, depth 4, "gru". */
const known = ({ rate, depth, kind }: { rate: number; depth: number; kind: 'conv' | 'gru' }) =>
  (Math.log10(rate) + 2) ** 2 + 0.3 * (depth - 4) ** 2 + (kind === 'gru' ? 0 : 2);

describe('tune', () => {
  it.each(['random', 'genetic', 'swarm'] as const)(
    '%s comes near the optimum, by the same trials however many run at a time',
    async (method) => {
      const one = await tune(space, known, { method, trials: 200, seed: 2 });
      expect(one.best.value).toBeLessThan(0.2);
      expect(one.best.parameters.kind).toBe('gru');
      expect(one.trials.length).toBe(200);
      let [running, most] = [0, 0];
      const slowly = async (parameters: Parameters<typeof known>[0]) => {
        most = Math.max(most, ++running);
        await new Promise((done) => setTimeout(done, parameters.depth % 3));
        running--;
        return known(parameters);
      };
      const many = await tune(space, slowly, { method, trials: 200, seed: 2, parallel: 4 });
      expect(many.trials).toEqual(one.trials);
      expect(most).toBe(4);
    },
  );

  it('genetic and swarm beat random on a smooth function of five numbers', async () => {
    const number = { type: 'float', low: -5, high: 5 } as const;
    const cube = { a: number, b: number, c: number, d: number, e: number };
    const sphere = (at: Record<keyof typeof cube, number>) =>
      Object.values(at).reduce((sum, x) => sum + (x - 1) ** 2, 0);
    const found = async (method: 'random' | 'genetic' | 'swarm') =>
      (await tune(cube, sphere, { method, trials: 400, seed: 3 })).best.value;
    const random = await found('random');
    expect(await found('genetic')).toBeLessThan(random / 4);
    expect(await found('swarm')).toBeLessThan(random / 20);
  });

  it('a grid tries every combination once; maximising turns the order round', async () => {
    const { trials, best } = await tune(space, (p) => -known(p), { method: 'grid', steps: 6, direction: 'maximise' });
    expect(trials.length).toBe(6 * 6 * 2);
    expect(new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(72);
    expect(best.parameters).toMatchObject({ depth: 4, kind: 'gru' });
    expect(best.parameters.rate).toBeCloseTo(0.01, 9);
  });

  it('halving gives more to fewer, and answers with one of the largest budget', async () => {
    const noisy = (p: Parameters<typeof known>[0], { budget }: { budget: number }) => known(p) + 1 / budget;
    const { trials, best } = await tune(space, noisy, {
      method: 'halving',
      trials: 27,
      budget: { least: 1, most: 9, eta: 3 },
    });
    const counts = [1, 3, 9].map((budget) => trials.filter((trial) => trial.budget === budget).length);
    expect(counts).toEqual([27, 9, 3]);
    const first = trials
      .slice(0, 27)
      .map(({ value }) => value!)
      .sort((a, b) => a - b);
    expect(best.value).toBeCloseTo(first[0]! - 1 + 1 / 9, 12);
  });

  it('goes on from its journal, also after a line was cut off, and asks for nothing twice', async () => {
    const journal = join(folder, 'trials.jsonl');
    let asked = 0;
    const dying = (p: Parameters<typeof known>[0]) => {
      asked++;
      return known(p);
    };
    const abort = new AbortController();
    const options = { method: 'genetic', trials: 40, journal } as const;
    await expect(
      tune(space, dying, { ...options, signal: abort.signal, onTrial: ({ trial }) => trial === 24 && abort.abort() }),
    ).rejects.toThrow();
    expect(asked).toBe(25);
    appendFileSync(journal, '{"trial":25,"para');
    const resumed = await tune(space, dying, options);
    expect(resumed.resumed).toBe(25);
    expect(asked).toBe(40);
    expect(resumed.trials).toEqual((await tune(space, known, { method: 'genetic', trials: 40 })).trials);
    expect(readFileSync(journal, 'utf8').trimEnd().split('\n').length).toBe(41);
    await expect(tune(space, known, { ...options, seed: 9 })).rejects.toThrow(refusal('ASSAY_LEARN_JOURNAL_OTHER'));
  });

  it('keeps failed trials as failed, and fails only when all do', async () => {
    const { trials, best } = await tune(
      space,
      (p) => {
        if (p.kind === 'conv') throw new Error('diverged');
        return p.depth === 1 ? Number.NaN : known(p);
      },
      { method: 'random', trials: 40 },
    );
    expect(trials.filter(({ error }) => error === 'diverged').length).toBeGreaterThan(5);
    expect(trials.filter(({ value }) => value === null).every(({ error }) => error !== undefined)).toBe(true);
    expect(best.parameters.kind).toBe('gru');
    const never = tune(space, () => Number.NaN, { method: 'random', trials: 3 });
    await expect(never).rejects.toThrow(refusal('ASSAY_LEARN_SEARCH_FAILED'));
  });

  it('refuses spaces and options that make no sense', async () => {
    const bad = refusal('ASSAY_LEARN_SEARCH_OPTIONS');
    const one = () => 1;
    await expect(tune({}, one, { method: 'random' })).rejects.toThrow(bad);
    await expect(tune({ x: { type: 'log-float', low: 0, high: 1 } }, one, { method: 'random' })).rejects.toThrow(bad);
    await expect(tune({ x: { type: 'int', low: 0.5, high: 1 } }, one, { method: 'random' })).rejects.toThrow(bad);
    await expect(tune({ x: { type: 'categorical', values: [] } }, one, { method: 'random' })).rejects.toThrow(bad);
    await expect(tune(space, known, { method: 'random', trials: 0 })).rejects.toThrow(bad);
    await expect(tune(space, known, { method: 'random', parallel: 0 })).rejects.toThrow(bad);
    await expect(tune(space, known, { method: 'annealing' as 'grid' })).rejects.toThrow(bad);
  });
});
