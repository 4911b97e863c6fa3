import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { executed, Workplace } from './workplace.ts';

let places: readonly Workplace[];
beforeAll(() => {
  places = [Workplace.copyOf(inject('flagship')), Workplace.copyOf(inject('flagship'))];
});
afterAll(() => {
  for (const place of places) place.remove();
});

const filesOf = (place: Workplace) =>
  Object.fromEntries(
    readdirSync(place.path('build/model'))
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(place.path('build/model', name)))
          .digest('hex'),
      ]),
  );

interface Example {
  readonly id: string;
  readonly part: 'train' | 'dev' | 'test';
}
const examples = (place: Workplace): readonly Example[] =>
  place
    .read('build/model/examples.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('gives the same files, bit for bit, in two folders', async () => {
  const before = filesOf(places[0]!);
  const runs = await Promise.all(places.map((place) => place.run('--force')));
  for (const run of runs) expect(Object.keys(executed(run))).toHaveLength(5);
  expect(Object.keys(before)).toEqual(expect.arrayContaining(['evaluation.json', 'model.onnx', 'model.safetensors']));
  for (const place of places) expect(filesOf(place)).toEqual(before);
  // And no new version comes of it.
  for (const run of runs) expect(run.models).toMatchObject([{ version: '1:0:0', created: false }]);
});

it('and others with another seed', async () => {
  const [place] = places;
  const before = filesOf(place!);
  await place!.run('--set', 'seed=21');
  expect(filesOf(place!)['model.safetensors']).not.toBe(before['model.safetensors']);
});

it('splits by filing: none is in two parts, and every part has some', async () => {
  const filings = { train: new Set<string>(), dev: new Set<string>(), test: new Set<string>() };
  const ids = new Set<string>();
  for (const { id, part } of examples(places[1]!)) {
    expect(ids.has(id)).toBe(false);
    ids.add(id);
    filings[part].add(id.split('#')[0]!);
  }
  const all = [...filings.train, ...filings.dev, ...filings.test];
  expect(new Set(all).size).toBe(all.length);
  for (const part of Object.values(filings)) expect(part.size).toBeGreaterThan(0);
});

it('puts no text of a test filing before training or early stopping', async () => {
  const place = places[1]!;
  const texts = new Map<string, string>();
  for (const line of place.read('build/paragraphs/paragraphs.jsonl').trimEnd().split('\n')) {
    const { id, text }: { id: string; text: string } = JSON.parse(line);
    texts.set(id, text.trim());
  }
  const seen = new Set<string>();
  for (const { id, part } of examples(place)) if (part !== 'test') seen.add(texts.get(id)!);
  const leaked = examples(place).filter(({ id, part }) => part === 'test' && seen.has(texts.get(id)!));
  expect(leaked).toEqual([]);
});

it('judges the majority class, every labeler and the model on the same test paragraphs, with intervals', () => {
  interface Score {
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }
  const { systems }: { systems: { name: string; kind: string; macro_f1: Score; accuracy: Score }[] } = JSON.parse(
    places[1]!.read('build/model/evaluation.json'),
  );
  expect(systems.map(({ kind }) => kind).sort()).toEqual(['labeler', 'labeler', 'labeler', 'majority', 'model']);
  for (const { macro_f1, accuracy } of systems) {
    for (const { value, low, high } of [macro_f1, accuracy]) {
      expect(low).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(high);
    }
  }
});
