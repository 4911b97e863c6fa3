import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitByGroup } from './index.ts';

const FRACTIONS = { train: 0.7, dev: 0.15, test: 0.15 };
const LABELS = ['negative', 'neutral', 'positive'];

/** 12 filings of 30 paragraphs, each filing leaning to one label. */
const filings = Array.from({ length: 360 }, (_, i) => {
  const filing = Math.floor(i / 30);
  const lean = i % 2 === 0 ? filing % 3 : i % 3;
  return { group: `filing-${filing}`, label: LABELS[lean]!, i };
});

describe('splitByGroup', () => {
  it('keeps groups whole, loses and repeats nothing, whatever the groups', () => {
    const example = fc.record({ group: fc.nat({ max: 12 }).map(String), label: fc.constantFrom(...LABELS) });
    fc.assert(
      fc.property(fc.array(example, { minLength: 20, maxLength: 80 }), fc.nat(), (examples, seed) => {
        fc.pre(new Set(examples.map(({ group }) => group)).size >= 3);
        const { parts } = splitByGroup(examples, { fractions: FRACTIONS, seed });
        expect(Object.values(parts).flat()).toHaveLength(examples.length);
        expect(new Set(Object.values(parts).flat())).toEqual(new Set(examples));
        const owners = Object.entries(parts).flatMap(([name, part]) => part.map(({ group }) => [group, name] as const));
        for (const [group, name] of owners) expect(new Map(owners).get(group)).toBe(name);
        for (const part of Object.values(parts)) expect(part.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });

  it('comes as near to the fractions, in size and by label, as whole filings allow', () => {
    const { parts, warnings } = splitByGroup(filings, { fractions: FRACTIONS, seed: 4 });
    expect(warnings).toEqual([]);
    expect(Object.values(parts).map((part) => part.length)).toEqual([240, 60, 60]);
    for (const part of Object.values(parts)) {
      for (const label of LABELS) {
        const share = part.filter((example) => example.label === label).length / part.length;
        // Two filings of different leaning have shares of 5/12, 5/12 and 1/6: nothing nearer exists.
        expect(Math.abs(share - 1 / 3)).toBeLessThan(1 / 6 + 1e-9);
      }
    }
  });

  it('stratifies single examples almost exactly', () => {
    const examples = Array.from({ length: 1000 }, (_, i) => ({ label: i % 10 === 0 ? 'rare' : 'common', i }));
    const { parts } = splitByGroup(examples, { fractions: FRACTIONS });
    const rare = (name: string) => parts[name]!.filter(({ label }) => label === 'rare').length;
    expect([rare('train'), rare('dev'), rare('test')]).toEqual([70, 15, 15]);
    expect(parts.train!.map(({ i }) => i)).toEqual(parts.train!.map(({ i }) => i).toSorted((a, b) => a - b));
  });

  it('gives every part a label that has just enough groups', () => {
    const examples = Array.from({ length: 60 }, (_, i) => ({ group: `g${i}`, label: i < 3 ? 'rare' : 'common' }));
    expect(splitByGroup(examples, { fractions: FRACTIONS }).warnings).toEqual([]);
  });

  it('says which part lacks a label when it must', () => {
    const examples = Array.from({ length: 30 }, (_, i) => ({ group: `g${i}`, label: i === 0 ? 'rare' : 'common' }));
    expect(splitByGroup(examples, { fractions: FRACTIONS }).warnings).toHaveLength(2);
  });

  it('is repeatable by seed', () => {
    expect(splitByGroup(filings, { fractions: FRACTIONS, seed: 9 })).toEqual(
      splitByGroup(filings, { fractions: FRACTIONS, seed: 9 }),
    );
  });

  it.each([{ train: 1 }, { train: 0.7, test: 0.7 }, { train: 1.2, test: -0.2 }])(
    'refuses the fractions %j',
    (fractions) => {
      expect(() => splitByGroup(filings, { fractions })).toThrow(
        expect.objectContaining({ code: 'ASSAY_LEARN_SPLIT_INVALID' }),
      );
    },
  );

  it('refuses fewer groups than parts', () => {
    expect(() => splitByGroup(filings.slice(0, 40), { fractions: FRACTIONS })).toThrow(
      /2 groups cannot be split into 3/,
    );
  });
});
