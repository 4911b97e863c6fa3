import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerKeys } from './answer-cache.ts';
import type { Labeler } from './labeler.ts';

const labeler: Labeler = {
  name: 'n',
  version: '1',
  configuration: { b: { y: 1, x: [2] }, a: 1 },
  labels: [],
  limits: { textsPerRequest: 1 },
  cost: () => 0,
  label: async () => [],
};

describe('answerKeys', () => {
  it('differ by name, version, configuration and text', () => {
    const keys = [
      answerKeys(labeler)('t'),
      answerKeys(labeler)('u'),
      answerKeys({ ...labeler, name: 'm' })('t'),
      answerKeys({ ...labeler, version: '2' })('t'),
      answerKeys({ ...labeler, configuration: { a: 1 } })('t'),
      answerKeys({ ...labeler, name: 'n1', version: '' })('t'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('do not depend on the order in which the configuration is written', () => {
    const other = { ...labeler, configuration: { a: 1, b: { x: [2], y: 1 } } };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => answerKeys(labeler)(text) === answerKeys(other)(text)),
    );
  });
});
