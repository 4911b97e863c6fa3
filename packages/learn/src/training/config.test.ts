import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, resolveConfig } from './index.ts';

describe('resolveConfig', () => {
  it('fills in the defaults, within parts too', () => {
    const config = resolveConfig({ epochs: 3, embed: { width: 8 } });
    expect(config).toEqual({ ...DEFAULT_CONFIG, epochs: 3, embed: { kind: 'words', width: 8 } });
    expect(resolveConfig()).toEqual(DEFAULT_CONFIG);
  });

  it.each([
    [{ epochz: 3 }, /no setting epochz/],
    [{ embed: { size: 8 } }, /no setting embed\.size/],
    [{ learningRate: Number.NaN }, /learningRate must be a number above 0/],
    [{ learningRate: '0.1' }, /learningRate must be a number above 0, not "0.1"/],
    [{ dropout: { words: 1 } }, /dropout\.words must be from 0 to below 1, not 1/],
    [{ encode: { kind: 'bilstm' } }, /encode\.kind must be "window", not "bilstm"/],
    [{ batchSize: 2.5 }, /batchSize must be a whole number/],
    [{ classWeights: { positive: -1 } }, /classWeights must be "none", "balanced" or a number/],
    [{ embed: 64 }, /embed\. must be an object|embed must be an object/],
    [{ members: 0 }, /members must be a whole number from 1/],
    [[], /The configuration must be an object/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveConfig(options as object)).toThrow(message);
    expect(() => resolveConfig(options as object)).toThrow(
      expect.objectContaining({ code: 'ASSAY_LEARN_CONFIG_INVALID' }),
    );
  });

  it('never writes to an object that is not its own', () => {
    resolveConfig(JSON.parse('{"classWeights": {"__proto__": 2}}'));
    expect(Object.hasOwn(Object.prototype, 'positive')).toBe(false);
    expect(() => resolveConfig(JSON.parse('{"__proto__": {"epochs": 2}}'))).toThrow(/no setting __proto__/);
  });
});
