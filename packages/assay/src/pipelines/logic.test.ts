import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';
import { type Condition, describeCondition, evaluateCondition, type Facts, formatDuration } from './index.ts';
import { contradiction } from './logic.ts';
import { orderByNeeds } from './order.ts';

const facts: Facts = {
  parameters: { deep: true, model: { epochs: 5, kind: 'bow' }, list: [1, 2] },
  metric: (stage, port) => ({ f1: { macro: 0.7 }, 'a.b': 1, runs: [{ n: 3 }], from: `${stage}.${port}` }),
};
const holds = (condition: Condition) => evaluateCondition(condition, facts);
const metric = (path: string) => ({ metric: { stage: 's', port: 'm', path } });

describe('conditions', () => {
  it.each<[boolean, Condition]>([
    [true, { parameter: 'deep', is: 'equal', value: true }],
    [false, { parameter: 'deep', is: 'equal', value: 'true' }],
    [true, { parameter: 'model.epochs', is: 'not-equal', value: 4 }],
    [true, { parameter: 'list', is: 'equal', value: [1, 2] }],
    [true, { parameter: 'model', is: 'equal', value: { kind: 'bow', epochs: 5 } }],
    [true, { parameter: 'model.kind', is: 'one-of', value: ['cnn', 'bow'] }],
    [false, { parameter: 'model.kind', is: 'one-of', value: ['cnn'] }],
    [true, { ...metric('f1.macro'), is: 'above', value: 0.69 }],
    [false, { ...metric('f1.macro'), is: 'above', value: 0.7 }],
    [true, { ...metric('f1.macro'), is: 'at-least', value: 0.7 }],
    [false, { ...metric('f1.macro'), is: 'below', value: 0.7 }],
    [true, { ...metric('f1.macro'), is: 'at-most', value: 0.7 }],
    [true, { ...metric('a.b'), is: 'equal', value: 1 }],
    [true, { ...metric('runs.0.n'), is: 'equal', value: 3 }],
    [true, { ...metric('from'), is: 'equal', value: 's.m' }],
  ])('%s: %j', (expected, condition) => {
    expect(holds(condition)).toBe(expected);
    expect(holds({ not: condition })).toBe(!expected);
    expect(holds({ all: [condition, { parameter: 'deep', is: 'equal', value: true }] })).toBe(expected);
    expect(holds({ any: [condition, { parameter: 'deep', is: 'equal', value: false }] })).toBe(expected);
  });

  it('that cannot be compared are errors, not false', () => {
    expect(() => holds({ ...metric('f1.micro'), is: 'above', value: 1 })).toThrow(
      expect.objectContaining({ code: 'ASSAY_PIPELINE_CONDITION' }),
    );
    expect(() => holds({ ...metric('from'), is: 'above', value: 1 })).toThrow(/"s.m", and is compared with 1/);
  });

  it('are told in words', () => {
    const condition: Condition = {
      all: [
        { parameter: 'deep', is: 'equal', value: true },
        { not: { any: [{ ...metric('f1'), is: 'above', value: 1 }] } },
      ],
    };
    expect(describeCondition(condition)).toBe('the parameter `deep` equal true and not (`f1` of `s.m` above 1)');
  });

  it('contradict each other only if no value meets both', () => {
    const comparison = fc.oneof(
      fc.record({
        is: fc.constantFrom('equal', 'not-equal', 'above', 'at-least', 'below', 'at-most'),
        value: fc.integer({ min: 0, max: 4 }),
      }),
      fc.record({
        is: fc.constant('one-of'),
        value: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
      }),
    );
    const candidates = Array.from({ length: 23 }, (_, i) => (i - 3) / 2.5);
    const values = [...candidates, 0, 1, 2, 3, 4];
    fc.assert(
      fc.property(comparison, comparison, (a, b) => {
        const all = [a, b].map((one) => ({ parameter: 'x', ...one }) as Condition);
        const possible = values.some((x) => evaluateCondition({ all }, { ...facts, parameters: { x } }));
        expect(contradiction({ all }) === undefined).toBe(possible);
      }),
      { numRuns: 500 },
    );
  });
});

describe('durations', () => {
  it.each([
    ['90s', 90],
    ['5m', 300],
    ['3h', 10_800],
    ['1.5h', 5400],
    ['1h30m', 5400],
    ['2d', 172_800],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  });
  it.each(['', '5', 'm', '-5m', '5 m', '0s', 'PT5M', '5M', '5m later'])('refuses %s', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('the order of stages', () => {
  const graphs = fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: 1, maxLength: 12 });

  it('puts each after what it needs, or names a true cycle', () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const ids = edges.map((_, i) => String(i));
        const needs = new Map(edges.map((list, i) => [String(i), list.filter((j) => j < edges.length).map(String)]));
        const result = orderByNeeds(ids, needs);
        if ('cycle' in result) {
          for (const [i, id] of result.cycle.entries())
            expect(needs.get(id)).toContain(result.cycle[(i + 1) % result.cycle.length]);
          expect(result.cycle.length).toBeGreaterThan(0);
        } else {
          expect(result.order.toSorted()).toEqual(ids.toSorted());
          for (const [id, list] of needs)
            for (const need of list) expect(result.order.indexOf(need)).toBeLessThan(result.order.indexOf(id));
        }
      }),
    );
  });

  it('holds for chains of any length', () => {
    const ids = Array.from({ length: 30_000 }, (_, i) => String(i));
    const needs = new Map(ids.map((id, i) => [id, i + 1 < ids.length ? [String(i + 1)] : []]));
    const result = orderByNeeds(ids, needs);
    expect('order' in result && result.order[0]).toBe('29999');
  });
});
